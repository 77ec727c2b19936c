/** `kith storage drill`: whether the words alone would bring everything back now, tried and not calculated. */
import type { DrillView, JobView } from '../host/api.ts'
import { jobEnd, refused } from './ask.ts'
import type { CommandContext } from './command.ts'
import { inWords } from './words.ts'

const progressOf = ({ step, done, total }: JobView): string =>
  step === 'fetching' ? `${done} of ${total} are back` : 'Asking who keeps your things'

const linesOf = (view: DrillView): string[] => [
  view.survives ? 'yes      everything came back' : `no       ${view.lost} things did not come back`,
  ...(view.because ? [`because  ${inWords(view.because)}`] : []),
  `took     ${(view.milliseconds / 1000).toFixed(1)} seconds`,
  `same     ${view.entries} entries and ${view.blocks} blocks, ${view.bytes} bytes`,
  ...view.missing.map(({ kind, title, bytes }) => `missing  ${kind}${title ? ` "${title}"` : ''}, ${bytes} bytes`),
  ...(view.lost > view.missing.length ? [`missing  ${view.lost - view.missing.length} more`] : []),
]

/** Runs a drill to its end. @returns 0 when everything came back, 1 when not or when it could not be tried */
export async function drill(context: CommandContext, words: string, isJson: boolean): Promise<number> {
  const { client, hosts, output, signal } = context
  const started = await client.request('drill', { words, hosts })
  if (!started.ok) return refused(context, started.error)
  // Whoever typed it has gone, by Ctrl-C for example.
  const stop = (): void => void client.request('stop-drill', {})
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  let said = ''
  const end = await jobEnd(client, started.value.job, (view) => {
    const line = progressOf(view)
    if (view.state === 'running' && line !== said) output.note(line)
    said = line
  })
  if (end.error || !end.drill) return refused(context, end.error ?? { type: 'aborted' })
  for (const line of isJson ? [JSON.stringify(end.drill, undefined, 2)] : linesOf(end.drill)) output.write(line)
  return end.drill.survives ? 0 : 1
}
