/** Whether a person's things would survive a wipe, and who has copies, in lines for a terminal. */
import type { SafetyView } from '../host/api.ts'
import { current } from './ask.ts'
import type { CommandContext } from './command.ts'

const NAMES: Readonly<Record<SafetyView['kinds'][number]['kind'], string>> = {
  account: 'settings and follows',
  notes: 'notes',
  posts: 'posts',
  files: 'pictures',
}

const dateOf = (time: number): string => (time > 0 ? new Date(time).toISOString() : 'never')

const verdictOf = ({ survives, because }: SafetyView): string =>
  survives
    ? 'yes      everything would survive a wipe now'
    : `no       not everything would survive a wipe now: ${because}`

const shortageLines = ({ shortage }: SafetyView): string[] =>
  shortage
    ? [
        `wanting  ${shortage.things} things lack copies: ${shortage.refused ?? shortage.type}${shortage.bytes ? `, ${shortage.bytes} bytes` : ''}`,
      ]
    : []

const kindLines = ({ kinds, copies }: SafetyView): string[] =>
  kinds.map(
    ({ kind, things, lost, fewest }) =>
      `${lost === 0 ? 'safe' : 'lost'}     ${NAMES[kind]}: ${things} things, ${lost} nowhere else, at least ${fewest} of ${copies - 1} copies`,
  )

const holderLines = ({ holders }: SafetyView): string[] =>
  holders.map(
    ({ device, person, availability, online, things, bytes, lastSeen, lastProof }) =>
      `holder   ${device}  ${person.name || person.fingerprint}  ${availability}${online ? ', here now' : ''}: ` +
      `${things} things, ${bytes} bytes, seen ${dateOf(lastSeen)}, proven ${dateOf(lastProof)}`,
  )

const read = ({ client }: CommandContext): Promise<SafetyView | undefined> =>
  current<SafetyView | undefined>((onValue, onError) => client.watch('safety', {}, onValue, onError))

/** Where everything lies. */
export async function showCopies(context: CommandContext, isJson: boolean): Promise<number> {
  const view = await read(context)
  if (isJson) context.output.write(JSON.stringify(view ?? null, undefined, 2))
  else if (!view) context.output.write('nothing is known yet')
  else
    for (const line of [verdictOf(view), ...shortageLines(view), ...kindLines(view), ...holderLines(view)])
      context.output.write(line)
  return 0
}

/** Whether all is well, for scripts. @returns 0 when everything would survive, 1 when not or when nothing is known */
export async function audit(context: CommandContext, isJson: boolean): Promise<number> {
  const view = await read(context)
  const verdict = view
    ? { survives: view.survives, because: view.because, shortage: view.shortage }
    : { survives: false }
  if (isJson) context.output.write(JSON.stringify(verdict, undefined, 2))
  else context.output.write(view ? verdictOf(view) : 'no       nothing is known yet')
  return view?.survives ? 0 : 1
}
