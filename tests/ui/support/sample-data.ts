/** A small world for element tests and screenshots: people, posts, notes. Nothing in it is random. */

import type { EconomyView } from '../../../src/rpc/economy.ts'
import type { ForeignStorageView } from '../../../src/rpc/foreign.ts'
import type { SafetyView } from '../../../src/rpc/safety.ts'
import type { SharedView, ShareView } from '../../../src/rpc/sharing.ts'
import type {
  ConnectionView,
  Copies,
  CopyDetails,
  DeviceView,
  JobView,
  KeepersView,
  KeyEventView,
  NoteSummary,
  PersonView,
  PostView,
  SettingsView,
  StorageView,
} from '../../../src/rpc/views.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
const now = Date.now()

const idOf = (seed: string): string => `bafyreib${seed.padEnd(50, 'k7qz2mwx5').slice(0, 50)}a`

/** A person nobody says anything special about. */
export const makePerson = (name: string, more: Partial<PersonView> = {}): PersonView => ({
  id: idOf(name.toLowerCase().replaceAll(/[^a-z]/g, 'q')),
  name,
  ownName: name,
  fingerprint: 'lusab-babad-gutih',
  about: '',
  relation: 'following',
  online: false,
  posts: 12,
  known: true,
  contested: false,
  confirmed: now - 3 * HOUR,
  ...more,
})

export const me = makePerson('Mira Falk', {
  relation: 'me',
  about: 'Bread, bicycles, and letters that arrive. Mostly in the garden.',
  posts: 4,
})
export const ada = makePerson('Ada', {
  about: 'Carpenter. Ask me about the table.',
  online: true,
  petname: 'Ada',
  ownName: 'Ada Lindqvist',
  posts: 31,
})
export const jonas = makePerson('Jonas Okafor', { about: 'Choir on Tuesdays, otherwise at sea.', online: true })
export const ruth = makePerson('Ruth', {
  about: 'Grandmother of four.',
  ambiguous: true,
  fingerprint: 'kifos-damur-lozib',
})
export const fortune = makePerson('Fortune Cookie', { about: 'One thought at a time.', posts: 15221 })
export const stranger = makePerson('Tomás', { relation: 'none', about: '', posts: 2 })
export const blocked = makePerson('Loud Person', { relation: 'blocked', posts: 0 })

const copies = (live: number, wanted = 3, always = 0): Copies => ({ live, wanted, always })

/** Who holds what is counted in a row of dots. */
export const sampleCopies = (counts: Copies, own = false): CopyDetails => ({
  copies: counts,
  holders: [jonas, ada, ruth].slice(0, counts.live).map((person, i) => ({
    person: own ? me : person,
    device: `device${i}`,
    alwaysOn: i < counts.always,
    own,
    connected: i === 0,
    since: now - (i + 2) * HOUR,
    confirmed: now - (i + 1) * 4 * MINUTE,
    live: true,
  })),
  more: 0,
  everything: 3,
  most: 64,
})

let number = 0
/** A post; everything that is not given is ordinary. */
export const makePost = (author: PersonView, text: string, more: Partial<PostView> = {}): PostView => {
  number += 1
  return {
    id: `entry${number.toString(32).replaceAll(/[0189]/g, 'z')}${'a2b3c4'.repeat(7)}`.slice(0, 52),
    author,
    text,
    time: now - number * 37 * MINUTE,
    pictures: [],
    reactions: [],
    replies: 0,
    mine: author.id === me.id,
    copies: author.id === me.id ? copies(2, 3, 1) : copies(1, 1, 0),
    ...more,
  }
}

/** How a reaction to one's own post stands among replies. */
export const sampleReaction: PostView = makePost(jonas, '', {
  id: 'reactionz',
  reactions: [{ emoji: '❤️', count: 1, mine: false }],
  replyTo: { id: 'entryzz', author: me, excerpt: 'I bring bread. The sourdough finally forgives me.' },
  copies: { live: 0, wanted: 0, always: 0 },
})

/** Pictures that the fake node draws itself. */
export const TABLE = 'bafypicturetable'
export const HARBOUR = 'bafypictureharbour'
export const MISSING = 'bafypicturemissing'

export const samplePosts = (): readonly PostView[] => {
  const table = makePost(
    ada,
    'The table is finished. Oak from the old barn, six months of evenings.\nWho comes to eat at it on Saturday?',
    {
      time: now - 4 * MINUTE,
      pictures: [
        { file: TABLE, mediaType: 'image/png', width: 1600, height: 1000, alt: 'A long oak table by a window' },
      ],
      reactions: [
        { emoji: '❤️', count: 5, mine: true },
        { emoji: '🎉', count: 2, mine: false },
      ],
      replies: 2,
    },
  )
  return [
    table,
    makePost(me, 'I bring bread. The sourdough finally forgives me.', {
      time: now - 3 * MINUTE,
      copies: copies(0, 3, 0),
      replyTo: {
        id: table.id,
        author: ada,
        excerpt: 'The table is finished. Oak from the old barn, six months of evenings.',
      },
    }),
    makePost(
      jonas,
      'Rehearsal moved to Wednesday, 19:00, same room. Bring the blue scores: https://choir.example/scores',
      {
        reactions: [{ emoji: '👍', count: 7, mine: false }],
      },
    ),
    makePost(
      ruth,
      'Does anyone still have the key to the shed? I promise not to grow another pumpkin like last year’s.',
      {
        replies: 4,
      },
    ),
    makePost(fortune, 'You will be successful in your work.', { source: { title: 'fortunes: wisdom' } }),
    makePost(jonas, 'Two pictures from the harbour this morning.', {
      pictures: [
        { file: HARBOUR, mediaType: 'image/png', width: 1200, height: 1200, alt: 'Boats in the fog' },
        { file: MISSING, mediaType: 'image/jpeg', width: 1200, height: 1200, alt: '' },
      ],
    }),
    ...Array.from({ length: 70 }, (_, i) =>
      makePost(i % 3 ? fortune : ada, `Thought number ${i + 1}: a long walk is a short book.`, {
        time: now - (i + 3) * 5 * HOUR,
      }),
    ),
  ]
}

export const sampleConnection: ConnectionView = {
  online: true,
  hosts: [
    { url: 'https://kith.example', state: 'connected' },
    { url: 'https://other.example', state: 'waiting', retryAt: now + 40_000, reason: 'The connection was refused.' },
  ],
  people: 2,
  sessions: [
    {
      person: ada,
      device: 'q7xk2m5wz3',
      carrier: 'direct',
      since: now - 20 * MINUTE,
      sentBytes: 48_213,
      receivedBytes: 1_830_112,
      resentBytes: 0,
    },
    {
      person: jonas,
      device: 'm4tz9a2kq8',
      carrier: 'relay',
      since: now - 2 * MINUTE,
      sentBytes: 9_120,
      receivedBytes: 20_500,
      resentBytes: 1_200,
    },
  ],
  waiting: 1,
  onlyHere: 2,
  refused: { 'forged entry': 2 },
  arriving: 0,
  full: false,
  forked: false,
}

export const sampleStorage: StorageView = {
  used: 48_300_000,
  quota: 2_000_000_000,
  persisted: false,
  own: { entries: 214, bytes: 8_400_000, files: 12, notes: 3 },
  others: { entries: 15_930, bytes: 39_900_000, files: 61, people: 4 },
  full: false,
}

export const sampleKeepers: KeepersView = {
  mine: [{ person: jonas, online: true, has: 'all', confirmed: now - 3 * MINUTE }],
  asking: [{ person: ada, bytes: 0 }],
  limit: 8,
}

export const sampleSafety: SafetyView = {
  copies: 3,
  survives: false,
  because: 'nowhere-else',
  kinds: [
    { kind: 'account', things: 1, lost: 0, fewest: 2 },
    { kind: 'notes', things: 1, lost: 0, fewest: 1 },
    { kind: 'posts', things: 1, lost: 0, fewest: 2 },
    { kind: 'files', things: 12, lost: 3, fewest: 0 },
  ],
  holders: [
    {
      device: 'abc',
      person: jonas,
      availability: 'host',
      online: true,
      things: 12,
      bytes: 3_400_000,
      lastSeen: now,
      lastProof: now - 2 * DAY,
    },
    {
      device: 'def',
      person: stranger,
      availability: 'tab',
      online: false,
      things: 4,
      bytes: 900_000,
      lastSeen: now - 5 * HOUR,
      lastProof: now - 3 * DAY,
    },
  ],
  shortage: { type: 'balance-too-small', things: 3, bytes: 2_400_000 },
}

/** The second note is shared, and somebody else wrote through a link. */
export const sampleShares: readonly ShareView[] = [{ id: 'sharew', note: 'notew', rewritten: true, tooLong: false }]

export const sampleShared: Extract<SharedView, { kind: 'note' }> = {
  kind: 'note',
  title: 'Soup for nine',
  text: 'Leeks, potatoes, salt.\n\nStart early: the good pot is at Ruth’s.',
  updated: now - 2 * DAY,
}

export const sampleNotes: readonly NoteSummary[] = [
  {
    id: 'noteq',
    title: 'Saturday',
    excerpt: 'Table for nine. Bread, soup, the good glasses.\nAsk Ruth about chairs.',
    changed: now - 12 * MINUTE,
    copies: copies(1, 2, 1),
  },
  {
    id: 'notew',
    title: 'Letters to answer',
    excerpt: 'Tomás, the tax office, Aunt Ida.',
    changed: now - 2 * DAY,
    copies: copies(2, 2, 1),
  },
  {
    id: 'notee',
    title: '',
    excerpt: 'A word for the light before rain.',
    changed: now - 40 * DAY,
    copies: copies(0, 2, 0),
  },
]

export const sampleDevices: readonly DeviceView[] = [
  { id: 'q7xk2m5wz3a6bc7d', name: 'Firefox on Linux', here: true, added: now - 30 * DAY },
  { id: 'p3mz7c2kq8fghijk', name: 'Chrome on Android', here: false, added: now - 9 * DAY },
]

export const sampleKeyHistory: readonly KeyEventView[] = [
  { kind: 'remove-device', time: now - 2 * DAY, device: 'Chrome on Android' },
  { kind: 'rotate', time: now - 3 * DAY },
  ...Array.from(
    { length: 12 },
    (_, i): KeyEventView => ({
      kind: 'add-device',
      time: now - (9 + i) * DAY,
      device: i === 0 ? 'Chrome on Android' : `Device ${12 - i}`,
    }),
  ),
  { kind: 'inception', time: now - 30 * DAY },
]

export const sampleSettings: SettingsView = {
  copies: 3,
  theme: 'system',
  hosts: ['https://kith.example'],
  publicUrl: 'https://kith.example',
}

export const sampleJobs: Readonly<Record<string, JobView>> = {
  running: {
    id: 'running',
    kind: 'import',
    state: 'running',
    done: 6200,
    total: 15221,
    added: 6180,
    skipped: { duplicate: 20 },
  },
  done: {
    id: 'done',
    kind: 'import',
    state: 'done',
    done: 15221,
    total: 15221,
    added: 15020,
    skipped: { duplicate: 180, empty: 17, 'too-large': 4 },
  },
  failed: {
    id: 'failed',
    kind: 'import',
    state: 'failed',
    done: 0,
    total: 0,
    added: 0,
    skipped: {},
    error: { type: 'bad-file', reason: 'Neither <rss> nor <feed> at the root.' },
  },
  exported: {
    id: 'exported',
    kind: 'export',
    state: 'done',
    done: 227,
    total: 227,
    added: 227,
    skipped: {},
    file: new Blob(['car']),
  },
  drill: {
    id: 'drill',
    kind: 'drill',
    state: 'done',
    done: 70,
    total: 92,
    added: 0,
    skipped: {},
    step: 'fetching',
    drill: {
      survives: false,
      milliseconds: 42_000,
      entries: 60,
      blocks: 10,
      bytes: 3_400_000,
      lost: 22,
      missing: [
        { kind: 'picture', title: 'Bread on Sunday', bytes: 262_144 },
        { kind: 'note', title: '', bytes: 700 },
        { kind: 'settings', title: '', bytes: 120 },
      ],
    },
  },
}

export const sampleWords: readonly string[] =
  'letter advice cage absurd amount doctor acoustic avoid letter advice cage above'.split(' ')

export const sampleForeign: ForeignStorageView = {
  place: {
    kind: 's3',
    endpoint: 'https://s3.example.org',
    region: 'eu-north-1',
    bucket: 'pictures-of-mine',
    prefix: 'kith/',
    accessKey: 'AKEXAMPLE',
    publicUrl: '',
  },
  isPublic: true,
  stored: 41,
  bytes: 5_400_000,
  waiting: 3,
  error: { type: 'foreign-storage', reason: 'busy', detail: '503 SlowDown' },
  retryAt: 0,
}

export const emptyEconomy: EconomyView = {
  slotBytes: 262_144,
  given: 0,
  used: 0,
  pending: 0,
  free: 0,
  held: 0,
  substituted: 0,
  own: 0,
  copies: 3,
  needed: 0,
  devices: [],
  slotsHere: 0,
  mostSlots: 4_096,
  mostCopies: 64,
}

const GIVEN = 256 * 262_144

export const sampleEconomy: EconomyView = {
  ...emptyEconomy,
  given: 2 * GIVEN,
  used: 46_000_000,
  pending: 4_000_000,
  free: 2 * GIVEN - 46_000_000,
  held: 21_000_000,
  substituted: 0,
  own: 31_000_000,
  needed: 93_000_000,
  devices: [
    { id: 'here', name: 'Chrome on Linux', here: true, given: GIVEN, held: 21_000_000 },
    { id: 'phone', name: 'Safari on iPhone', here: false, given: GIVEN, held: 0 },
  ],
  slotsHere: 256,
}
