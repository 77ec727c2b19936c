/** `kith share`, `kith unshare` and `kith shares`: notes that whoever has a link can read. */
import type { ShareView } from '../../host/api.ts'
import { current, mistyped, readArgs, refused } from '../ask.ts'
import type { Command, CommandContext } from '../command.ts'
import { linkWarning } from '../words.ts'

const sharesOf = ({ client }: CommandContext, note?: string): Promise<readonly ShareView[]> =>
  current((onValue, onError) => client.watch('shares', note === undefined ? {} : { note }, onValue, onError))

const isLive = ({ ended }: ShareView): boolean => ended === undefined

export const share: Command = {
  usage: 'share NOTE [--write | --verify]',
  summary: 'make a link by which anyone can read a note; or one to write it, or only to see that it is there',
  async run(context) {
    const typed = readArgs(context, { write: { type: 'boolean' }, verify: { type: 'boolean' } })
    const [note, ...more] = typed?.positionals ?? []
    const { write, verify } = typed?.values ?? {}
    if (note === undefined || more.length > 0 || (write && verify)) return mistyped(context, share.usage)
    const { client, output } = context
    const live = (await sharesOf(context, note)).find(isLive)
    const made = live ? undefined : await client.request('share-note', { note })
    if (made && !made.ok) return refused(context, made.error)
    const id = live?.id ?? made!.value.share
    const link = await client.request('share-link', { share: id, kind: write ? 'write' : verify ? 'verify' : 'read' })
    if (!link.ok) return refused(context, link.error)
    output.write(link.value.link)
    if (link.value.warning) output.note(linkWarning(link.value.warning))
    return 0
  },
}

export const unshare: Command = {
  usage: 'unshare NOTE',
  summary: 'end the links of a note: they say so from then on',
  async run(context) {
    const typed = readArgs(context, {})
    const [note, ...more] = typed?.positionals ?? []
    if (note === undefined || more.length > 0) return mistyped(context, unshare.usage)
    const live = (await sharesOf(context, note)).filter(isLive)
    if (live.length === 0) return refused(context, { type: 'not-found', what: 'share' })
    for (const { id } of live) {
      const ended = await context.client.request('unshare', { share: id })
      if (!ended.ok) return refused(context, ended.error)
    }
    return 0
  },
}

const ENDS: { readonly [E in NonNullable<ShareView['ended']>]: string } = {
  stopped: 'ended',
  'device-removed': 'ended, because a device was removed: share it again for a new link',
  'note-deleted': 'ended with the note',
}

const stateOf = ({ ended, tooLong, rewritten }: ShareView): string => {
  if (ended) return ENDS[ended]
  if (tooLong) return 'shared, as it was before it got too long'
  return rewritten ? 'shared, as somebody with a link to write left it' : 'shared'
}

export const shares: Command = {
  usage: 'shares [--json]',
  summary: 'list what is shared by link, and for a month what was',
  async run(context) {
    const typed = readArgs(context, { json: { type: 'boolean' } })
    if (!typed || typed.positionals.length > 0) return mistyped(context, shares.usage)
    const { output } = context
    const views = await sharesOf(context)
    if (typed.values.json) output.write(JSON.stringify(views, undefined, 2))
    else for (const view of views) output.write(`${view.note}  ${stateOf(view)}`)
    return 0
  },
}
