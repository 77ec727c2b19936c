/**
 * How a page and the node find each other. A page makes a MessageChannel, keeps one end and sends the other inside a
 * {@link Hello}: to the SharedWorker, to the dedicated worker of its own tab, or through a {@link Broker} to the tab
 * that was elected. Whoever carries a hello only passes it on, so all three ways end in the same conversation: the
 * node answers {@link Welcome} on the port and from then on serves {@link PageApi} on it.
 */
import type { KithNode } from './contract.ts'
import type { KithError } from './errors.ts'

/** Raised when the messages of this folder change incompatibly: an old page and a new node then part politely. */
export const RPC_VERSION = 1

/** The Web Lock of the one running node of this origin. A SharedWorker holds it itself, an elected tab for its worker. */
export const NODE_LOCK = 'kith-node'

/** BroadcastChannel on which an elected tab says that it leads now: followers drop their old port at once. */
export const LEADER_CHANNEL = 'kith-leader'

/** Hellos that a broker keeps while there is no leader. */
export const MAX_WAITING_HELLOS = 64

/** Sent from a page to the node, its `port` transferred: here I am, serve me on this port. */
export interface Hello {
  readonly type: 'hello'
  readonly version: number
  readonly port: MessagePort
  /** The Web Lock this page holds while it lives; absent on Node.js, where ports tell when they close. */
  readonly lock?: string
}

/** Sent from the node to a page as the first message on the port of its {@link Hello}. */
export type Welcome =
  /** Sent by the elected page that passes a hello on: a live window has it, a cold start may take a while. */
  | { readonly type: 'coming' }
  /** `epoch` grows with every start of a node over the same store. */
  | { readonly type: 'welcome'; readonly epoch: number }
  /** No node here; `no-key-storage` from a SharedWorker means: elect a tab, I broker. */
  | { readonly type: 'refused'; readonly error: KithError }

/** What a broker understands: a SharedWorker that cannot be the node itself, or the service worker. */
export type ToBroker =
  /** Sent by the elected page to a SharedWorker: hand hellos to this port from now on. */
  | { readonly type: 'lead' }
  /** Sent by a page: pass this to the page that leads; `to` is its client id where the service worker brokers. */
  | { readonly type: 'hand-over'; readonly hello: Hello; readonly to?: string }
  /** Sent by the elected page to the service worker, which alone knows client ids; answered with `you-are`. */
  | { readonly type: 'who-am-i' }

/** What a broker sends to pages. */
export type FromBroker =
  | { readonly type: 'hand-over'; readonly hello: Hello }
  | { readonly type: 'you-are'; readonly client: string }

/** Said among pages and nodes on {@link LEADER_CHANNEL}. */
export type AmongPages =
  /** `client` only where the service worker brokers. `fresh` is false in answers to `who-leads`. */
  | { readonly type: 'leader'; readonly client?: string; readonly fresh: boolean }
  | { readonly type: 'who-leads' }
  /** Asked by a follower whose hellos are not taken; an elected page that is awake answers `runs`. */
  | { readonly type: 'what-runs' }
  /** `url` names the node's script, and with it the version of the app. */
  | { readonly type: 'runs'; readonly url: string }
  /** Said by a SharedWorker that waits for the lock of the node: whoever has it and serves nobody should let go. */
  | { readonly type: 'waiting' }

/** What a page may do with its port: the node's contract, and the page's own coming and going. */
export interface PageApi extends KithNode {
  /** Answered at once while the node lives. */
  ping(): Promise<number>
  /** The port of this window's modem; see modem.ts. */
  attachModem(port: MessagePort): void
  /** The page is about to be closed or frozen: drop its subscriptions and modem. */
  bye(): void
}
