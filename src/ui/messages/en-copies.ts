/** A row of dots, and what it says when it is tapped, in English. */
import type { ItemSafety, NotSafeBecause } from '../../rpc/safety.ts'
import type { Copies } from '../../rpc/views.ts'
import { plural } from './plural.ts'

type Kind = 'post' | 'note'

const live = plural('en', { one: '# live copy', other: '# live copies' })
const people = plural('en', { one: 'one other person keeps', other: '# other people keep' })
const total = plural('en', { one: 'only mine', other: '#' })
const number = (value: number): string => value.toLocaleString('en')

const label = ({ live: there, wanted }: Copies, kind: Kind): string => {
  if (there) return `${live(there)} of ${Math.max(there, wanted)} elsewhere`
  if (!wanted) return 'Kept here only, as you chose'
  return kind === 'note' ? 'Kept here, waiting for somebody to keep a copy' : 'Kept here, waiting for people'
}

const because: Record<NotSafeBecause, string> = {
  'nowhere-else': 'nobody else has promised yet to keep all of it',
  'too-few-pieces': 'too few pieces of it are left',
  silent: 'whoever keeps it was not seen for days',
  unproven: 'whoever keeps it has not shown for weeks that it is still there',
  'lease-over': 'what somebody promised has run out',
  release: 'you took it back from whoever kept it',
  notice: 'whoever kept it keeps it no longer',
  warrant: 'whoever said to keep it had not',
}

export const copies = {
  label,
  title: 'How safe is this?',
  none: {
    post: 'Not saved anywhere else yet. Invite someone or leave this tab open.',
    note: 'Not saved anywhere else yet. Notes go, sealed, to your own devices, your keepers and whoever keeps things for you; without any of them, an exported file keeps them.',
  },
  unconfirmed: 'Nobody has confirmed a copy for a day. They may well have it; it counts again once they connect.',
  some: (there: number, wanted: number, kind: Kind, isAnswered: boolean) =>
    there < wanted
      ? `${live(there)} on other devices, ${wanted} wanted. It goes on by itself when ${kind === 'note' ? 'your other devices or those who keep things for you' : 'people'} connect.`
      : `${live(there)} on other devices.${isAnswered ? '' : ' It would survive the loss of this one.'}`,
  survival: ({ survives, people: others, because: why }: ItemSafety, pictures: number) =>
    survives
      ? `Would survive a wipe now: ${people(others)} it${pictures ? ', pictures too' : ''}, as promised.`
      : `Would not survive a wipe now: ${because[why ?? 'nowhere-else']}.`,
  onlyMine: 'You want no copies of it elsewhere: if this browser were wiped now, it would not come back whole.',
  choose: 'Copies wanted of this',
  everything: (count: number) => `As many as of everything (${total(count)})`,
  count: total,
  chooseHint: {
    post: 'Yours counts as one. The words of all your posts are kept together, so when you want more of one, all get more; pictures go by themselves.',
    note: 'Yours counts as one. Your notes are kept together, so when you want more of one, all get more; fewer changes nothing.',
  },
  chosen: 'Saved',
  next: {
    post: { href: '/people', name: 'Invite someone' },
    note: { href: '/you/storage', name: 'Choose a keeper' },
  },
  alwaysOn: 'always on',
  ownDevice: 'your own device',
  connected: 'connected now',
  since: 'since',
  confirmed: 'last confirmed',
  stale: 'Does not count until it is confirmed again.',
  more: (n: number) => `and ${number(n)} more`,
  pictures: (n: number) =>
    `${n === 1 ? 'The picture follows' : 'The pictures follow'} after the words, and these dots count the words.`,
  theirs: 'You keep a copy of this',
  theirsMore: 'Who else keeps one is counted on the devices of whoever wrote it.',
  legend: { live: 'a live copy', wanted: 'wanted, not there yet', always: 'on an always-on device' },
}
