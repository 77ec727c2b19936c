/** `kith restore [FILE]`: a person from an archive and twelve words; the words alone where only the keys were lost. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { NodeClient } from '../../host/api.ts'
import { current, jobEnd, mistyped, readArgs, refused } from '../ask.ts'
import type { Command } from '../command.ts'

const usage = 'restore [FILE]   (with the twelve words in the environment variable KITH_WORDS)'

const stateOf = async (client: NodeClient): Promise<string> => {
  const session = await current((onValue: (value: { state: string }) => void, onError) =>
    client.watch('session', {}, onValue, onError),
  )
  return session.state
}

export const restore: Command = {
  usage,
  summary: 'bring a person back from an archive and the recovery words',
  async run(context) {
    const { client, folder, output } = context
    const typed = readArgs(context, {})
    const [path, ...more] = typed?.positionals ?? []
    const isLost = (await stateOf(client)) === 'keys-lost'
    // Not an argument: those stand in the shell's history and in every list of processes.
    const words = process.env.KITH_WORDS
    if (!typed || (path === undefined && !isLost) || more.length > 0 || !words) return mistyped(context, usage)
    const bytes = path === undefined ? undefined : await readFile(resolve(folder, path)).catch(() => undefined)
    if (path !== undefined && !bytes) return mistyped(context, usage)
    const started = await client.request('restore', { words, ...(bytes && { archive: new Blob([bytes]) }) })
    if (!started.ok) return refused(context, started.error)
    const end = await jobEnd(client, started.value.job, ({ done, total }) => output.note(`${done} of ${total}`))
    if (end.error) return refused(context, end.error)
    output.write(`${end.added} entries are back`)
    return 0
  },
}
