/** `kith restore [FILE]`: a person by twelve words, alone or with an archive of what nobody else keeps. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { JobView } from '../../host/api.ts'
import { jobEnd, mistyped, readArgs, refused } from '../ask.ts'
import type { Command } from '../command.ts'

const usage = 'restore [FILE]   (with the twelve words in the environment variable KITH_WORDS)'

/**
 * How far it is: in steps while the words alone are looked for, in shares of a file. Live results are the newest only, so
 * that a step may be over before it is heard of: that the person was found is said all the same.
 */
const progressOf = ({ step, name, done, total }: JobView): string[] => {
  if (step === 'asking') return ['Asking who keeps your things']
  const found = step === undefined ? [] : [name ? `Found you, ${name}` : 'Found you']
  return step === 'found' ? found : [...found, `${done} of ${total}`]
}

export const restore: Command = {
  usage,
  summary: 'bring a person back by the recovery words, alone or with an archive',
  async run(context) {
    const { client, folder, hosts, output } = context
    const typed = readArgs(context, {})
    const [path, ...more] = typed?.positionals ?? []
    // Not an argument: those stand in the shell's history and in every list of processes.
    const words = process.env.KITH_WORDS
    if (!typed || more.length > 0 || !words) return mistyped(context, usage)
    const bytes = path === undefined ? undefined : await readFile(resolve(folder, path)).catch(() => undefined)
    if (path !== undefined && !bytes) return mistyped(context, usage)
    const started = await client.request('restore', { words, hosts, ...(bytes && { archive: new Blob([bytes]) }) })
    if (!started.ok) return refused(context, started.error)
    const said = new Set<string>()
    const end = await jobEnd(client, started.value.job, (view) => {
      for (const line of progressOf(view).filter((line) => !said.has(line))) {
        said.add(line)
        output.note(line)
      }
    })
    if (end.error) return refused(context, end.error)
    output.write(end.added > 0 ? `${end.added} entries are back` : 'Nobody who is online has anything that was written')
    const missing = end.skipped['not-here'] ?? 0
    if (missing > 0)
      output.note(`${missing} more are not on any device that is online; a running peer goes on looking.`)
    return 0
  },
}
