/** How live queries are answered: what to run, and which changes make it run again. */
import type { Queries, QueryName } from '../../rpc/contract.ts'
import type { Topic } from '../changes.ts'

/** One query. */
export interface QueryHandler<Q extends QueryName> {
  /** A change of any of these makes the query run again. */
  topics(input: Queries[Q]['in']): readonly Topic[]
  run(input: Queries[Q]['in']): Promise<Queries[Q]['out']>
}

/** Handlers by name. Modules return the part they answer; node.ts puts them together. */
export type QueryHandlers = { readonly [Q in QueryName]: QueryHandler<Q> }
