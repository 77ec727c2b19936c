/** The weather: what the network says of itself, and what the node knows beside it. */
import type { QueryHandlers } from '../api/query-handlers.ts'
import type { InternalServices } from '../internal-services.ts'
import type { Connection } from '../services.ts'

/** Milliseconds for which a fork of one's own is news; the page of devices goes on saying it. */
export const FORK_NEWS = 7 * 86_400_000

/** Answers `connection` and `safety`. `isFull` tells whether what comes finds room. */
export const connectionQueries = (
  { account, logs, platform }: InternalServices,
  connection: Connection,
  isFull: () => boolean,
): Pick<QueryHandlers, 'connection' | 'safety'> => {
  const wasForkedLately = async (): Promise<boolean> => {
    const self = account.self()
    const forks = self ? await logs.forks(self.device.signer.publicKey) : []
    return forks.some(({ time }) => platform.clock.now() - time < FORK_NEWS)
  }
  return {
    connection: {
      // Names of those who are connected come a moment later.
      topics: () => ['connection', 'copies', 'people'],
      run: async () => ({ ...connection.view(), full: isFull(), forked: await wasForkedLately() }),
    },
    safety: {
      topics: () => ['leases', 'economy', 'connection', 'people'],
      run: async () => (await connection.safety())?.whole,
    },
  }
}
