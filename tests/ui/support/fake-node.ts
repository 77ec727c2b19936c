/**
 * A node in memory for element tests and screenshots: answers the contract from a small world, changes it on request,
 * fails on demand. It knows nothing of protocols.
 */

import { err, ok, type Result } from '../../../src/core/result.ts'
import type { Queries, QueryName, RequestName, Requests } from '../../../src/rpc/contract.ts'
import type { KithError } from '../../../src/rpc/errors.ts'
import type { FeedPage, PersonView, PostView, SessionView } from '../../../src/rpc/views.ts'
import type { NodeClient } from '../../../src/ui/controllers/node-context.ts'
import * as sample from './sample-data.ts'
import { samplePictures } from './sample-pictures.ts'

/** What the fake knows; tests change it with `update`. */
export interface World {
  session: SessionView
  people: readonly PersonView[]
  posts: readonly PostView[]
  notes: Queries['notes']['out']
  shares: Queries['shares']['out']
  shared: Requests['open-shared']['out']
  noteUpdate: Uint8Array
  connection: Queries['connection']['out']
  storage: Queries['storage']['out']
  keepers: Queries['keepers']['out']
  safety: Queries['safety']['out']
  foreign: Queries['foreign-storage']['out']
  economy: Queries['economy']['out']
  devices: Queries['devices']['out']
  settings: Queries['settings']['out']
  jobs: Readonly<Record<string, Queries['job']['out']>>
  wordsKept: boolean
}

type Watcher = () => void
type Handlers = { [N in RequestName]?: (input: Requests[N]['in']) => Requests[N]['out'] | KithError }
type Call = { readonly [N in RequestName]: { readonly name: N; readonly input: Requests[N]['in'] } }[RequestName]

export interface FakeNode extends NodeClient {
  readonly world: World
  /** Every request so far. */
  readonly calls: Call[]
  update(change: Partial<World>): void
  /** Lets a request fail from now on; undefined lets it work again. */
  fail(name: RequestName, error: KithError | undefined): void
  /** Lets a query fail or, with 'silent', never answer. */
  failQuery(name: QueryName, error: KithError | 'silent' | undefined): void
}

export const emptyWorld = (): World => ({
  session: { state: 'none' },
  people: [],
  posts: [],
  notes: [],
  shares: [],
  shared: sample.sampleShared,
  noteUpdate: new Uint8Array(),
  connection: {
    online: true,
    hosts: [],
    people: 0,
    sessions: [],
    waiting: 0,
    onlyHere: 0,
    refused: {},
    arriving: 0,
    full: false,
    forked: false,
  },
  storage: {
    used: 0,
    persisted: true,
    own: { entries: 0, bytes: 0, files: 0, notes: 0 },
    others: { entries: 0, bytes: 0, files: 0, people: 0 },
    full: false,
  },
  keepers: { mine: [], asking: [], limit: 8 },
  safety: undefined,
  foreign: { isPublic: false, stored: 0, bytes: 0, waiting: 0 },
  devices: [],
  economy: sample.emptyEconomy,
  settings: { theme: 'system', hosts: [], copies: 3 },
  jobs: {},
  wordsKept: true,
})

export const fullWorld = (): World => ({
  ...emptyWorld(),
  session: { state: 'ready', me: sample.me, wordsKept: false, posts: 4 },
  people: [sample.ada, sample.jonas, sample.ruth, sample.fortune, sample.stranger, sample.blocked],
  posts: sample.samplePosts(),
  notes: sample.sampleNotes,
  shares: sample.sampleShares,
  connection: sample.sampleConnection,
  storage: sample.sampleStorage,
  keepers: sample.sampleKeepers,
  safety: sample.sampleSafety,
  foreign: sample.sampleForeign,
  economy: sample.sampleEconomy,
  devices: sample.sampleDevices,
  settings: sample.sampleSettings,
  jobs: sample.sampleJobs,
  wordsKept: false,
})

const pageOf = (posts: readonly PostView[], limit: number, before: string | undefined): FeedPage => {
  const start = before ? posts.findIndex(({ id }) => id === before) + 1 : 0
  const page = posts.slice(start, start + limit)
  const last = page.at(-1)
  const more = start + limit < posts.length && last
  return { posts: page, complete: true, ...(more ? { next: last.id } : {}) }
}

const answers: { [Q in QueryName]: (world: World, input: Queries[Q]['in']) => Queries[Q]['out'] } = {
  session: ({ session }) => session,
  home: ({ posts }, { limit, before }) => pageOf(posts, limit, before),
  inbox: ({ posts }, { limit, before }) => {
    const replies = posts.filter((post) => post.author.id === sample.ada.id).slice(0, 3)
    return pageOf(posts.length ? [sample.sampleReaction, ...replies] : [], limit, before)
  },
  person: ({ people }, { person }) =>
    [sample.me, ...people].find(({ id }) => id === person) ?? {
      ...sample.makePerson('', { relation: 'none', known: false, posts: 0 }),
      id: person,
    },
  'person-feed': ({ posts }, { person, limit, before }) =>
    pageOf(
      posts.filter(({ author }) => author.id === person),
      limit,
      before,
    ),
  thread: ({ posts }, { entry }) => {
    const post = posts.find(({ id }) => id === entry)
    return { ...(post ? { post } : {}), replies: posts.filter(({ replyTo }) => replyTo?.id === entry) }
  },
  people: ({ people }) => ({
    following: people.filter(({ relation }) => relation === 'following'),
    seen: people.filter(({ relation }) => relation === 'none'),
    blocked: people.filter(({ relation }) => relation === 'blocked'),
  }),
  copies: ({ posts, notes }, input) => {
    const found =
      'note' in input ? notes.find(({ id }) => id === input.note) : posts.find(({ id }) => id === input.entry)
    return found && sample.sampleCopies(found.copies, 'note' in input)
  },
  notes: ({ notes }) => notes,
  shares: ({ shares }, { note }) => shares.filter((share) => note === undefined || share.note === note),
  note: ({ notes, noteUpdate }, { note }) =>
    notes.some(({ id }) => id === note) ? { id: note, update: noteUpdate } : undefined,
  connection: ({ connection }) => connection,
  storage: ({ storage }) => storage,
  keepers: ({ keepers }) => keepers,
  safety: ({ safety }) => safety,
  'foreign-storage': ({ foreign }) => foreign,
  economy: ({ economy }) => economy,
  'key-history': () => sample.sampleKeyHistory,
  statements: () => [],
  devices: ({ devices }) => devices,
  settings: ({ settings }) => settings,
  job: ({ jobs }, { job }) => jobs[job],
}

const isError = (value: object): value is KithError => 'type' in value

export const createFakeNode = (world: World = fullWorld()): FakeNode => {
  const watchers = new Set<Watcher>()
  const failures = new Map<RequestName, KithError>()
  const failingQueries = new Map<QueryName, KithError | 'silent'>()
  const calls: Call[] = []

  const update = (change: Partial<World>): void => {
    Object.assign(world, change)
    for (const watcher of [...watchers]) watcher()
  }
  const setRelation = (id: string, relation: PersonView['relation']): Record<never, never> => {
    update({ people: world.people.map((person) => (person.id === id ? { ...person, relation } : person)) })
    return {}
  }
  const handlers: Handlers = {
    'create-person': ({ name }) => {
      update({
        session: { state: 'ready', me: { ...sample.me, name, ownName: name, about: '' }, wordsKept: false, posts: 0 },
      })
      return { person: sample.me.id }
    },
    'publish-post': ({ text, replyTo }) => {
      const post = sample.makePost(sample.me, text, {
        time: Date.now(),
        copies: { live: 0, wanted: 3, always: 0 },
        ...(replyTo ? { replyTo: { id: replyTo } } : {}),
      })
      update({ posts: [post, ...world.posts] })
      return { entry: post.id }
    },
    'delete-entry': ({ entry }) => {
      update({ posts: world.posts.filter(({ id }) => id !== entry) })
      return {}
    },
    follow: ({ link }) => {
      const found = world.people.find(({ id }) => link.includes(id))
      if (!found) return { type: 'bad-link' }
      setRelation(found.id, 'following')
      return { person: found.id }
    },
    unfollow: ({ person }) => setRelation(person, 'none'),
    block: ({ person }) => setRelation(person, 'blocked'),
    unblock: ({ person }) => setRelation(person, 'none'),
    'ask-keeper': ({ person, on }) => {
      const card = world.people.find(({ id }) => id === person)
      const others = world.keepers.mine.filter((keeper) => keeper.person.id !== person)
      const asked = on && card ? [{ person: card, online: false, has: 'nothing' as const }] : []
      update({ keepers: { ...world.keepers, mine: [...others, ...asked] } })
      return {}
    },
    'keep-for': ({ person, on }) => {
      const asking = world.keepers.asking.map((one) => (one.person.id === person ? { ...one, answer: on } : one))
      update({ keepers: { ...world.keepers, asking } })
      return {}
    },
    'my-link': () => ({
      link: `http://localhost:8787/@${sample.me.id}?h=http%3A%2F%2Flocalhost%3A8787`,
      warning: 'localhost',
    }),
    'recovery-words': () =>
      world.session.state === 'ready' && world.session.wordsKept ? { gone: true } : { words: sample.sampleWords },
    'confirm-words': ({ answers: given }) => ({
      correct: Object.entries(given).every(([position, word]) => sample.sampleWords[Number(position)] === word),
    }),
    'create-note': () => {
      update({
        notes: [
          { id: 'notenew', title: '', excerpt: '', changed: Date.now(), copies: { live: 0, wanted: 2, always: 0 } },
          ...world.notes,
        ],
      })
      return { note: 'notenew' }
    },
    'delete-note': ({ note }) => {
      update({ notes: world.notes.filter(({ id }) => id !== note) })
      return {}
    },
    'share-note': ({ note }) => {
      update({ shares: [{ id: 'share', note, rewritten: false, tooLong: false }, ...world.shares] })
      return { share: 'share' }
    },
    'share-link': ({ share }) => ({ link: `http://localhost:8787/shared#${share}`, warning: 'localhost' }),
    'read-share': () => sample.sampleShared,
    unshare: ({ share }) => {
      update({ shares: world.shares.map((one) => (one.id === share ? { ...one, ended: 'stopped' } : one)) })
      return {}
    },
    'open-shared': () => world.shared,
    'save-settings': (input) => {
      update({ settings: { ...world.settings, ...input } })
      return {}
    },
    'give-storage': ({ slots }) => {
      const given = slots * world.economy.slotBytes
      update({ economy: { ...world.economy, given, free: given - world.economy.used, slotsHere: slots } })
      return {}
    },
    'test-foreign-storage': () => ({ isPublic: true }),
    import: () => ({ job: 'running' }),
    export: () => ({ job: 'exported' }),
    restore: () => ({ job: 'running' }),
    drill: () => ({ job: 'drill' }),
    'stop-drill': () => ({}),
  }

  const request = async <N extends RequestName>(
    name: N,
    input: Requests[N]['in'],
  ): Promise<Result<Requests[N]['out'], KithError>> => {
    calls.push({ name, input } as Call)
    const failing = failures.get(name)
    if (failing) return err(failing)
    if (name === 'read-file')
      return readFile((input as { file: string }).file) as Promise<Result<Requests[N]['out'], KithError>>
    const value =
      (handlers[name] as ((input: Requests[N]['in']) => Requests[N]['out'] | KithError) | undefined)?.(input) ?? {}
    return isError(value) ? err(value) : ok(value as Requests[N]['out'])
  }
  const watch: NodeClient['watch'] = (query, input, onValue, onError) => {
    const push = (): void => {
      const failing = failingQueries.get(query)
      if (failing === 'silent') return
      if (failing) onError(failing)
      else onValue(answers[query](world, input))
    }
    watchers.add(push)
    queueMicrotask(push)
    return () => watchers.delete(push)
  }
  return {
    world,
    calls,
    update,
    request,
    watch,
    fail: (name, error) => void (error ? failures.set(name, error) : failures.delete(name)),
    failQuery: (name, error) => {
      if (error) failingQueries.set(name, error)
      else failingQueries.delete(name)
      update({})
    },
  }
}

/** A picture as a page would have sent it: drawn, never an SVG, which the interface shows to nobody. */
const readFile = async (file: string): Promise<Result<Requests['read-file']['out'], KithError>> => {
  const drawing = samplePictures[file]
  if (!drawing) return err({ type: 'not-found', what: 'picture' })
  const image = new Image()
  image.src = `data:image/svg+xml,${encodeURIComponent(drawing)}`
  await image.decode()
  const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height })
  canvas.getContext('2d')?.drawImage(image, 0, 0)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  return blob
    ? ok({ bytes: new Uint8Array(await blob.arrayBuffer()), mediaType: 'image/png' })
    : err({ type: 'bad-picture' })
}
