/** `kith import FILE`: brings in a feed or a fortune file. */
import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { jobEnd, mistyped, readArgs, refused } from '../ask.ts'
import type { Command, CommandContext } from '../command.ts'

const usage = 'import FILE...'

export const importFiles: Command = {
  usage,
  summary: 'publish the items of RSS, Atom or fortune files',
  async run(context) {
    const typed = readArgs(context, {})
    if (!typed || typed.positionals.length === 0) return mistyped(context, usage)
    let code = 0
    for (const path of typed.positionals) code = Math.max(code, await importOne(context, path))
    return code
  },
}

async function importOne(context: CommandContext, path: string): Promise<number> {
  const { client, folder, output } = context
  const bytes = await readFile(resolve(folder, path)).catch(() => undefined)
  if (!bytes) {
    output.note(`${path}: cannot be read`)
    return 1
  }
  const started = await client.request('import', { file: new Blob([bytes]), name: basename(path) })
  if (!started.ok) return refused(context, started.error)
  const end = await jobEnd(client, started.value.job, ({ done, total }) => output.note(`${path}: ${done} of ${total}`))
  if (end.error) return refused(context, end.error)
  const skipped = Object.entries(end.skipped).map(([reason, count]) => `, ${count} left out (${reason})`)
  output.write(`${path}: ${end.added} new${skipped.join('')}`)
  return 0
}
