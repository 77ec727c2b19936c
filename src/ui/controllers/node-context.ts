/** The page's way to the node, seen from elements: one client a document, handed in by the shell or by a test. */
import type { Result } from '../../core/result.ts'
import type { Queries, QueryName, RequestName, Requests } from '../../rpc/contract.ts'
import type { KithError } from '../../rpc/errors.ts'

/** What elements need of a node. src/page offers a client of this shape. */
export interface NodeClient {
  /** One request; resolves with data or with a failure as data, never rejects. */
  request<N extends RequestName>(name: N, input: Requests[N]['in']): Promise<Result<Requests[N]['out'], KithError>>
  /** A live query: values until the returned function is called. After `onError` values may come again. */
  watch<Q extends QueryName>(
    query: Q,
    input: Queries[Q]['in'],
    onValue: (value: Queries[Q]['out']) => void,
    onError: (error: KithError) => void,
  ): () => void
}

let client: NodeClient | undefined

/** Sets the client for all elements of this document. */
export const provideNode = (node: NodeClient): void => {
  client = node
}

/** The client; asking before one is provided is a bug of the shell. */
export const node = (): NodeClient => {
  if (!client) throw new Error('no node has been provided')
  return client
}
