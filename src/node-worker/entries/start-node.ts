/** Starts a node over a store; why it does not start becomes data that a page can say in words. */
import { err, ok, type Result } from '../../core/result.ts'
import type { KithError } from '../../rpc/errors.ts'
import { toKithError } from '../api/errors.ts'
import { createNode, type PeerNode } from '../node.ts'
import type { Platform } from '../platform.ts'
import type { Store } from '../stores/store.ts'
import { connectLater } from '../swarm/connect-later.ts'

const connect = connectLater(() =>
  import('../swarm/connect.ts').then(({ connectWith }) => connectWith({ leases: true })),
)

/** Never rejects. `openStore` may throw what stores throw. */
export const startNode = async (
  openStore: () => Promise<Store>,
  createPlatform: (store: Store) => Platform,
): Promise<Result<PeerNode, KithError>> => {
  try {
    return ok(await createNode(createPlatform(await openStore()), { connect }))
  } catch (thrown) {
    return err(toKithError(thrown))
  }
}
