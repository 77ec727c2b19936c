/** An always-on peer beside a host or alone: the node of browsers, in a worker thread of this process. */

import type { Result } from '../core/result.ts'
import { type PeerThread, startPeerThread } from '../node-worker/entries/peer-thread.ts'
import type { ThreadData } from '../node-worker/entries/thread-data.ts'
import type { KithError } from '../rpc/errors.ts'

export type { PeerThread } from '../node-worker/entries/peer-thread.ts'
export type { NodeClient } from '../rpc/client.ts'
export type { DrillView } from '../rpc/drill.ts'
export type { EconomyView, StatementView } from '../rpc/economy.ts'
export type { KithError } from '../rpc/errors.ts'
export type { SafetyView } from '../rpc/safety.ts'
export type { ShareView } from '../rpc/sharing.ts'
export type {
  AskingView,
  FeedPage,
  JobView,
  KeepersView,
  KeeperView,
  MyLinkView,
  NoteSummary,
  PostView,
} from '../rpc/views.ts'

/** Starts a peer over the folder `data.dataDir`, which must exist; one process a folder. */
export const startPeer = (data: ThreadData): Promise<Result<PeerThread, KithError>> =>
  // Written so that it holds in dist/host and dist/cli alike.
  startPeerThread(new URL('../host/worker-thread.js', import.meta.url), data)
