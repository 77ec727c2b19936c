/** What others may use of the host: start one in this process, or run one as a command does. */
export {
  type AskingView,
  type DrillView,
  type EconomyView,
  type FeedPage,
  type JobView,
  type KeepersView,
  type KeeperView,
  type KithError,
  type MyLinkView,
  type NodeClient,
  type NoteSummary,
  type PeerThread,
  type PostView,
  type SafetyView,
  type ShareView,
  type StatementView,
  startPeer,
} from './peer.ts'
export { runHost } from './run.ts'
