/**
 * What the node and a modem say to each other. A modem is a window that carries WebRTC for the node; it keeps no
 * protocol state: it opens peer connections, passes signals and bytes, and answers heartbeats. Every message is
 * posted through one MessagePort per window; `link` names one peer connection and is chosen by the node.
 */

/** Largest message of a data channel (Chromium refuses more). */
export const MAX_CHANNEL_MESSAGE = 262_144

/** Sent from the node to a modem. */
export type ToModem =
  /** Open a peer connection; signals follow. The node never reuses a `link`. */
  | {
      readonly type: 'dial'
      readonly link: number
      readonly initiator: boolean
      readonly iceServers: readonly { readonly urls: string }[]
    }
  /** A signal (SDP or candidate, as simple-peer's JSON text) from the other side. */
  | { readonly type: 'signal'; readonly link: number; readonly signal: string }
  /** Bytes to send; the buffer is transferred. */
  | { readonly type: 'send'; readonly link: number; readonly bytes: Uint8Array }
  | { readonly type: 'close'; readonly link: number }
  /** Answer with `pong` and the same number, within two seconds, or be fenced off. */
  | { readonly type: 'ping'; readonly n: number }

/** Sent from a modem to the node. */
export type FromModem =
  /** First message of a modem: whether WebRTC exists here, and the Web Lock this window holds while it lives. */
  | { readonly type: 'modem'; readonly webrtc: boolean; readonly lock: string }
  | { readonly type: 'signal'; readonly link: number; readonly signal: string }
  | { readonly type: 'open'; readonly link: number }
  | { readonly type: 'bytes'; readonly link: number; readonly bytes: Uint8Array }
  /** `bufferedAmount` after a send or a drain; the node adds what it has posted since. */
  | { readonly type: 'sent'; readonly link: number; readonly total: number; readonly buffered: number }
  | { readonly type: 'closed'; readonly link: number; readonly reason: string }
  | { readonly type: 'pong'; readonly n: number }
  /** The window is about to be frozen or closed: its links are as good as dead. */
  | { readonly type: 'bye' }
