/** `kith restore FILE`: a person from an archive and twelve words, into an empty folder. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { jobEnd, mistyped, readArgs, refused } from '../ask.ts'
import type { Command } from '../command.ts'

const usage = 'restore FILE   (with the twelve words in the environment variable KITH_WORDS)'

export const restore: Command = {
  usage,
  summary: 'bring a person back from an archive and the recovery words',
  async run(context) {
    const { client, folder, output } = context
    const typed = readArgs(context, {})
    const [path, ...more] = typed?.positionals ?? []
    // Not an argument: those stand in the shell's history and in every list of processes.
    const words = process.env.KITH_WORDS
    if (path === undefined || more.length > 0 || !words) return mistyped(context, usage)
    const bytes = await readFile(resolve(folder, path)).catch(() => undefined)
    if (!bytes) return mistyped(context, usage)
    const started = await client.request('restore', { words, archive: new Blob([bytes]) })
    if (!started.ok) return refused(context, started.error)
    const end = await jobEnd(client, started.value.job, ({ done, total }) => output.note(`${done} of ${total}`))
    if (end.error) return refused(context, end.error)
    output.write(`${end.added} entries are back`)
    return 0
  },
}
