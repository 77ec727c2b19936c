/** Where copies lie and what a wipe would take, in English. */
import type {
  HolderView,
  KindSafety,
  NotSafeBecause,
  RefusedBecause,
  ShortageView,
  ThingKind,
} from '../../rpc/safety.ts'
import { byteSize, plural } from './plural.ts'

const size = byteSize('en')
const things = plural('en', { one: '# thing', other: '# things' })

const kinds: Record<ThingKind, string> = {
  account: 'Settings, and whom you follow',
  notes: 'Notes',
  posts: 'Posts',
  files: 'Pictures',
}

const because: Record<NotSafeBecause, string> = {
  'nowhere-else': 'something of yours is only on your own devices',
  'too-few-pieces': 'too few pieces of something are left',
  silent: 'the last one who has something of yours was not seen for days',
  unproven: 'the last one who has something of yours has not shown for weeks that it is still there',
  'lease-over': 'what somebody promised to keep for you has run out',
  release: 'you took back what somebody kept for you',
  notice: 'the last one who had something of yours keeps it no longer',
  warrant: 'the last one who said to have something of yours had not',
}

const shortage = {
  alone:
    'Nobody else is here yet. Invite somebody, or leave this open: what you write is kept here and goes out as soon as somebody comes.',
  'everyone-offline': 'Nobody who could keep it is online now. It is kept here and goes out as soon as somebody comes.',
  'balance-too-small': 'You give too little room for as much as you keep.',
  'too-few-persons':
    'Too few different people are online for as many copies as you want. The rest follows when more come.',
  'too-little-room': 'Those who are online have no room left. The rest follows when somebody gives more.',
} satisfies Record<ShortageView['type'], string>

const refused: Record<RefusedBecause, string> = {
  'clocks-differ':
    'Somebody is here, but their clock and yours differ by more than an hour. Check date and time of this device.',
  'over-balance': 'Somebody is here, but counts less room given by you than this needs.',
  'over-ration': 'Somebody is here, but keeps no more than this for people they do not know.',
  'no-room': 'Somebody is here, but has no room left.',
}

const availability: Record<HolderView['availability'], string> = {
  host: 'always on',
  app: 'an installed app',
  tab: 'a browser tab',
  'evicting-tab': 'a tab of a browser that forgets after a week',
}

export const safety = {
  heading: 'Would it survive?',
  yes: 'Yes. If this browser were wiped now, your words would bring everything back.',
  yesButWords: 'Everything of yours is with other people, too. Only your words bring it back: write them down.',
  no: (reason: NotSafeBecause | undefined) =>
    `Not everything: ${reason ? because[reason] : 'nothing of yours is anywhere else'}.`,
  kind: (kind: ThingKind) => kinds[kind],
  state: ({ things: count, lost, fewest }: KindSafety) => {
    if (lost === 0) return fewest === 1 ? 'with one other person' : `with ${fewest} other people or more`
    return lost === count ? 'nowhere else' : `${things(lost)} of ${count} nowhere else`
  },
  shortage: ({ type, things: count, bytes, refused: reason }: ShortageView) =>
    [
      `${things(count)} with fewer copies than you want.`,
      reason ? refused[reason] : shortage[type],
      bytes ? `${size(bytes)} more would do.` : '',
    ]
      .filter(Boolean)
      .join(' '),
  holders: 'Who has it',
  noHolders: 'Nobody yet.',
  holder: ({ availability: kind, things: count, bytes }: HolderView) =>
    `${availability[kind]} · ${things(count)}, ${size(bytes)}`,
  online: 'here now',
  seen: 'last here',
  proven: 'last shown to be there',
}
