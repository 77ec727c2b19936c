/** Persons as the rest of the node sees them: key events, profile, relation. Blocked persons keep only their id. */
import { foldKeyEvents, mergeKeyEvents } from '../../core/identity/key-chain.ts'
import type { KeyState } from '../../core/identity/key-state.ts'
import { parsePersonId } from '../../core/identity/person-id.ts'
import type { Clock, Verifier } from '../../core/ports.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { BlockBases } from '../../core/swarm/block-bases.ts'
import { createKeyedMutex } from '../log/keyed-mutex.ts'
import type { ReadTransaction, Store, WriteTransaction } from '../stores/store.ts'
import { unlessFull } from '../stores/unless-full.ts'

/** How this node's person stands to another. */
export type Relation = 'me' | 'following' | 'blocked' | 'none'

/** What a person last said about themselves. */
export interface Profile {
  readonly name: string
  readonly about: string
  readonly avatar?: string
  readonly time: number
  /** The entry that said so; decides between two of one time. */
  readonly entry: string
}

/** One row of the persons table. */
export interface Person {
  readonly id: string
  /** The accepted chain of key events, encoded, in order; empty until the first were seen. */
  readonly events: readonly Uint8Array[]
  /** Two rotations that spend one commitment, when the person is contested. */
  readonly proof: readonly Uint8Array[]
  readonly profile?: Profile
  /** Where blocks of a person followed, or of oneself, can be read without any peer. */
  readonly blockBases?: BlockBases & { readonly entry: string }
  readonly relation: Relation
  readonly petname?: string
  /** Hosts where the person was said to be found. */
  readonly hosts: readonly string[]
  /** Posts held here. */
  readonly posts: number
  /** When someone else last confirmed the newest key event. */
  readonly confirmed?: number
  /** Entries taken in as a stranger's offers. */
  readonly offers: number
  /** Whom they ask to keep their private things, as far as is known, until when, milliseconds since 1970. */
  readonly keepers?: { readonly persons: readonly string[]; readonly until: number }
  /** What this node's person answered when they asked; undefined before that. */
  readonly keepsFor?: boolean
}

/** What key events came to. */
export interface AppliedKeyEvents {
  /** The state after the merge. */
  readonly state: KeyState
  /** Whether they told something new. */
  readonly changed: boolean
  /** Events among them that could not be decoded, and that were forged; the others count all the same. */
  readonly malformed: number
  readonly forged: number
}

/** Why key events were refused. */
export type KeyEventsRefusal =
  | { readonly type: 'malformed'; readonly reason: string }
  | { readonly type: 'forged' }
  | { readonly type: 'blocked' }

/** See the module's doc. Reads are from memory; writes resolve once durable. */
export interface Persons {
  get(id: string): Person | undefined
  all(): readonly Person[]
  relation(id: string): Relation
  /** Ids of everyone followed. */
  followed(): readonly string[]
  /** Folded key state; undefined while no key events are held. */
  keyState(id: string): Promise<KeyState | undefined>
  /**
   * Folds or merges key events of `id` and keeps the result when it is of use: a relation other than `none`, or
   * `keep`.
   */
  applyKeyEvents(id: string, events: readonly Uint8Array[]): Promise<Result<AppliedKeyEvents, KeyEventsRefusal>>
  /** Keeps the key events of somebody of whom nothing else is kept, from now on. */
  keep(id: string): Promise<void>
  /** Of somebody of whom nothing else is kept not even the key events are any more. */
  forget(id: string): Promise<void>
  /** Notes that someone else confirmed the newest key event of `id` now; listeners to changes are not told. */
  confirm(id: string): Promise<void>
  /** Called with the id of each person that changed, strangers whose key events changed among them. @returns stops it */
  onChange(handler: (id: string) => void): () => void
}

/** What the node's own services may do beyond that. */
export interface PersonsBook extends Persons {
  /** Reads rows again after a commit that changed them, and tells the listeners. */
  refresh(ids: readonly string[]): Promise<void>
}

/** Key states of strangers kept in memory. */
const MAX_STRANGERS_IN_MEMORY = 256

/** A person of whom nothing but the id is known. */
export const emptyPerson = (id: string): Person => ({
  id,
  events: [],
  proof: [],
  relation: 'none',
  hosts: [],
  posts: 0,
  offers: 0,
})

/** Whether what a person says is wanted here: they are oneself or followed. */
export const isFollowed = (person: Person | undefined): boolean =>
  person?.relation === 'me' || person?.relation === 'following'

/** The row of a person, inside a transaction over `persons`. */
export const getPerson = (tx: ReadTransaction, id: string): Promise<Person | undefined> => tx.get('persons', [id])

/** Changes the row of a person, which is made when it is missing. */
export const updatePerson = async (
  tx: WriteTransaction,
  id: string,
  change: (person: Person) => Person,
): Promise<void> => tx.put('persons', [id], change((await getPerson(tx, id)) ?? emptyPerson(id)))

/** What the book is built from. */
export interface PersonsPorts {
  readonly store: Store
  readonly verifier: Verifier
  readonly clock: Clock
}

/** Reads all rows into memory and creates the book over them. */
export const openPersons = async (ports: PersonsPorts): Promise<PersonsBook> => {
  const { store, verifier } = ports
  const rows = new Map<string, Person>()
  for (const { value } of await store.read(['persons'], (tx) => tx.list<Person>('persons'))) rows.set(value.id, value)
  const states = new Map<string, KeyState>()
  const handlers = new Set<(id: string) => void>()
  const inOrder = createKeyedMutex()

  const tell = (id: string): void => {
    for (const handler of [...handlers]) handler(id)
  }

  const remember = (id: string, state: KeyState): void => {
    states.set(id, state)
    const strangers = [...states.keys()].filter((known) => !rows.has(known))
    for (const stranger of strangers.slice(0, -MAX_STRANGERS_IN_MEMORY)) states.delete(stranger)
  }

  const keyState: Persons['keyState'] = async (id) => {
    const row = rows.get(id)
    const known = states.get(id)
    if (known || !row || row.events.length === 0) return known
    const state = await foldStored(row, verifier)
    states.set(id, state)
    return state
  }

  const storeState = async (id: string, state: KeyState): Promise<void> => {
    await store.write(['persons'], 'strict', (tx) =>
      updatePerson(tx, id, (person) => ({ ...person, events: state.chain, proof: state.proof })),
    )
    // Not before: what found no room must be new when it comes again.
    remember(id, state)
    await book.refresh([id])
  }

  /** Who was met before being of interest is not asked for key events again. Without room for them they are. */
  const keepKnown = async (id: string): Promise<void> => {
    const state = states.get(id)
    if (!state || rows.get(id)?.events.length !== 0) return
    if (!(await unlessFull(() => storeState(id, state))).ok) states.delete(id)
  }

  const merge = async (id: string, events: readonly Uint8Array[]) => {
    const known = await keyState(id)
    const merged = known
      ? await mergeKeyEvents(known, events, verifier)
      : await foldKeyEvents(events, verifier, { person: id })
    if (!merged.ok) return err(refusalOf(merged.error.type))
    const { state, malformed, forged } = merged.value
    const changed = state.newest !== known?.newest || state.contested !== known.contested
    return ok({ state, changed, malformed, forged })
  }

  const book: PersonsBook = {
    get: (id) => rows.get(id),
    all: () => [...rows.values()],
    relation: (id) => rows.get(id)?.relation ?? 'none',
    followed: () => [...rows.values()].filter((person) => person.relation === 'following').map((person) => person.id),
    keyState,

    applyKeyEvents: (id, events) =>
      inOrder(id, async () => {
        if (rows.get(id)?.relation === 'blocked') return err({ type: 'blocked' })
        if (!parsePersonId(id).ok) return err({ type: 'malformed', reason: 'not a person id' })
        const merged = await merge(id, events)
        if (!merged.ok || !merged.value.changed) return merged
        if (rows.has(id)) await storeState(id, merged.value.state)
        else {
          remember(id, merged.value.state)
          tell(id)
        }
        return merged
      }),

    keep: (id) =>
      inOrder(id, async () => {
        const state = await keyState(id)
        if (!rows.has(id) && state) await storeState(id, state)
      }),

    forget: (id) =>
      inOrder(id, async () => {
        const row = rows.get(id)
        if (row?.relation !== 'none' || row.petname !== undefined || row.posts + row.offers > 0) return
        await store.write(['persons'], 'relaxed', (tx) => tx.delete('persons', [id]))
        await book.refresh([id])
      }),

    async confirm(id) {
      if (!rows.has(id)) return
      await store.write(['persons'], 'relaxed', (tx) =>
        updatePerson(tx, id, (person) => ({ ...person, confirmed: ports.clock.now() })),
      )
      await book.refresh([id])
    },

    async refresh(ids) {
      const fresh = await store.read(['persons'], (tx) =>
        tx.getMany<Person>(
          'persons',
          ids.map((id) => [id]),
        ),
      )
      const met: string[] = []
      for (const [i, id] of ids.entries()) {
        const row = fresh[i]
        const isChanged = summaryOf(row) !== summaryOf(rows.get(id))
        const isNewHere = row?.events.length === 0 && row.relation !== 'blocked' && states.has(id)
        if (isNewHere) met.push(id)
        else if (row ? !isStateOf(row, states.get(id)) : rows.has(id)) states.delete(id)
        if (row) rows.set(id, row)
        else rows.delete(id)
        if (isChanged) tell(id)
      }
      for (const id of met) await inOrder(id, () => keepKnown(id))
    },

    onChange(handler) {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },
  }
  return book
}

/** Whether a folded state is that of a row; one that was stored beside this book is folded again. */
const isStateOf = ({ relation, events }: Person, state: KeyState | undefined): boolean =>
  relation !== 'blocked' && events.length === state?.events

/** What listeners care for: not how many posts there are nor when somebody was confirmed, which change all the time. */
const summaryOf = (row: Person | undefined): string =>
  JSON.stringify(row && { ...row, events: row.events.length, proof: row.proof.length, posts: 0, confirmed: 0 })

const refusalOf = (type: string): KeyEventsRefusal =>
  type === 'forged-inception' ? { type: 'forged' } : { type: 'malformed', reason: type }

/** What was accepted first stays: the proof holds a rotation that lost, so it is merged in after the chain. */
const foldStored = async (row: Person, verifier: Verifier): Promise<KeyState> => {
  const folded = await foldKeyEvents(row.events, verifier, { person: row.id })
  if (!folded.ok) throw new Error(`stored key events of ${row.id} do not fold: ${folded.error.type}`)
  if (row.proof.length === 0) return folded.value.state
  const merged = await mergeKeyEvents(folded.value.state, row.proof, verifier)
  return merged.ok ? merged.value.state : folded.value.state
}
