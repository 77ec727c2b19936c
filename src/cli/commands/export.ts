/** `kith export FILE`: everything of the person as one CAR file. */
import { createWriteStream } from 'node:fs'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { jobEnd, mistyped, readArgs, refused } from '../ask.ts'
import type { Command } from '../command.ts'

const usage = 'export FILE'

export const exportAll: Command = {
  usage,
  summary: 'write everything into one archive (.car)',
  async run(context) {
    const { client, folder, output } = context
    const typed = readArgs(context, {})
    const [path, ...more] = typed?.positionals ?? []
    if (path === undefined || more.length > 0) return mistyped(context, usage)
    const started = await client.request('export', {})
    if (!started.ok) return refused(context, started.error)
    const end = await jobEnd(client, started.value.job, ({ done, total }) => output.note(`${done} of ${total}`))
    if (end.error || !end.file) return refused(context, end.error ?? { type: 'not-found', what: 'file' })
    // An archive holds private things: it is made readable to its owner only.
    await pipeline(
      Readable.fromWeb(end.file.stream() as never),
      createWriteStream(resolve(folder, path), { mode: 0o600 }),
    )
    output.write(`${path}: ${end.file.size} bytes`)
    return 0
  },
}
