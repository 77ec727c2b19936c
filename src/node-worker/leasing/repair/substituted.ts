/** What is kept here in place of holders that were lost, as rows of the table `queue`. Rule EC15. */
import type { SubjectKey } from '../../../core/economy/ledger-facts.ts'
import type { PersonId } from '../../../core/identity/key-event-types.ts'
import type { Durability, Store } from '../../stores/store.ts'

/** Row under ['substituted', owner, thing]. */
export interface Substituted {
  readonly owner: PersonId
  readonly subject: SubjectKey
  /** What it takes, in steps. */
  readonly used: number
  /** Milliseconds since 1970. */
  readonly since: number
}

const KIND = 'substituted'

const keyOf = ({ owner, subject }: Substituted) => [KIND, owner, subject] as const

/** All of them. */
export const listSubstituted = async (store: Store): Promise<Substituted[]> => {
  const rows = await store.read(['queue'], (tx) => tx.list<Substituted>('queue', { prefix: [KIND] }))
  return rows.map(({ value }) => value)
}

/** @throws StoreFullError */
export const putSubstituted = (store: Store, row: Substituted, durability: Durability): Promise<void> =>
  store.write(['queue'], durability, (tx) => tx.put('queue', keyOf(row), row))

/** The bytes go when it is next looked for what is over. */
export const dropSubstituted = (store: Store, row: Substituted): Promise<void> =>
  store.write(['queue'], 'relaxed', (tx) => tx.delete('queue', keyOf(row)))
