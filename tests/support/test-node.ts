/** A node with verbs for tests: `ask` sends a request, `live` follows a query. */

import type { Result } from '../../src/core/result.ts'
import { createNode, type NodeOptions, type PeerNode } from '../../src/node-worker/node.ts'
import { OFFLINE } from '../../src/node-worker/offline.ts'
import type { NodeServices } from '../../src/node-worker/services.ts'
import type { Queries, QueryMessage, QueryName, RequestName, Requests } from '../../src/rpc/contract.ts'
import type { KithError } from '../../src/rpc/errors.ts'
import { createTestPlatform, type TestPlatform } from './platform.ts'

/** A live query as a test sees it. */
export interface Live<Q extends QueryName> {
  /** Resolves with the first result, now or later, that `fits`. */
  until(fits: (value: Queries[Q]['out']) => boolean): Promise<Queries[Q]['out']>
  /** Results so far. */
  readonly results: readonly Queries[Q]['out'][]
  end(): void
}

/** A running node under test. */
export interface TestNode {
  readonly node: PeerNode
  readonly platform: TestPlatform
  readonly services: NodeServices
  ask<N extends RequestName>(
    name: N,
    input: Requests[N]['in'],
    options?: { readonly id?: string; readonly time?: number },
  ): Promise<Result<Requests[N]['out'], KithError>>
  /** Like `ask`, but throws when the answer is a failure. */
  get<N extends RequestName>(name: N, input: Requests[N]['in']): Promise<Requests[N]['out']>
  live<Q extends QueryName>(query: Q, input: Queries[Q]['in']): Live<Q>
  /** The first result of a query. */
  query<Q extends QueryName>(query: Q, input: Queries[Q]['in']): Promise<Queries[Q]['out']>
  stop(): Promise<void>
}

let requests = 0

const createLive = <Q extends QueryName>(node: PeerNode, query: Q, input: Queries[Q]['in']): Live<Q> => {
  const { port1, port2 } = new MessageChannel()
  const results: Queries[Q]['out'][] = []
  const waiting = new Set<() => void>()
  let failure: KithError | undefined
  port1.onmessage = ({ data }: MessageEvent<QueryMessage<Q>>) => {
    if (data.type === 'failed') failure = data.error
    else results.push(data.value)
    for (const wake of [...waiting]) wake()
  }
  node.api.subscribe(query, input, port2)
  return {
    results,
    until: (fits) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (failure) reject(new Error(JSON.stringify(failure)))
          const found = results.findLast((value) => fits(value))
          if (!failure && !results.some((value) => fits(value))) return
          waiting.delete(look)
          resolve(found as Queries[Q]['out'])
        }
        waiting.add(look)
        look()
      }),
    end() {
      port1.postMessage('end')
      port1.close()
    },
  }
}

/** Starts a node over a fresh platform, or over `given`. */
export const startNode = async (
  seed: string,
  given: { readonly platform?: TestPlatform; readonly options?: NodeOptions } = {},
): Promise<TestNode> => {
  const platform = given.platform ?? (await createTestPlatform(seed))
  let services: NodeServices | undefined
  const node = await createNode(platform, {
    // Tests count what is written.
    givesUnasked: given.options?.givesUnasked ?? false,
    connect(offered) {
      services = offered
      return given.options?.connect?.(offered) ?? OFFLINE
    },
  })
  const ask: TestNode['ask'] = (name, input, options = {}) =>
    node.api.request({
      id: options.id ?? `test-${requests++}`,
      time: options.time ?? platform.clock.now(),
      name,
      input,
    })
  const live: TestNode['live'] = (query, input) => createLive(node, query, input)
  return {
    node,
    platform,
    services: services!,
    ask,
    live,
    async get(name, input) {
      const result = await ask(name, input)
      if (!result.ok) throw new Error(`${name}: ${JSON.stringify(result.error)}`)
      return result.value
    },
    async query(query, input) {
      const followed = live(query, input)
      const value = await followed.until(() => true)
      followed.end()
      return value
    },
    stop: () => node.close(),
  }
}

/** Carries everything that `from` holds of `person` over to `to`, as a session would. */
export const replicate = async (from: TestNode, to: TestNode, person: string): Promise<void> => {
  const events = from.services.persons.get(person)?.events ?? []
  await to.services.persons.applyKeyEvents(person, events)
  for (const head of await from.services.logs.heads(person)) {
    if (head.log !== 0) continue
    for (const range of head.ranges) {
      for (let seq = range.from; seq <= range.to; ) {
        const run = await from.services.logs.readSegment(head.device, head.log, seq, 65_536, range.to)
        if (!run) throw new Error('a range that is held cannot be read')
        const result = await to.services.logs.ingest(person, run.bytes)
        if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.error)}`)
        seq = run.to + 1
      }
    }
  }
}
