/**
 * The windows that carry WebRTC for this node. Any of them will do: sessions belong to the node, and when a window goes
 * its carriers close ('modem-gone') and the session dials again over another.
 */
import { attachModem, type Dial, type DialOptions, type Modem } from './modem.ts'

export type { Dial, DialOptions } from './modem.ts'

/** All modems of a node. */
export interface ModemPool {
  /** A window's port; it speaks rpc/modem. */
  attach(port: MessagePort): void
  /** True while some window can dial. */
  available(): boolean
  /** Why `available()` is false: no window here has WebRTC, or there is no window. */
  missing(): 'no-webrtc' | 'no-modem' | undefined
  /** Dials over the least busy window; without one the carrier resolves to undefined at once. */
  dial(options: DialOptions): Dial
  /** Closes every carrier and lets all windows go. */
  close(): void
}

const noDial: Dial = { signal: () => undefined, carrier: Promise.resolve(undefined), abort: () => undefined }

/** An empty pool. `onChange` is called when `available()` may have changed. */
export const createModemPool = (
  options: { readonly onChange?: () => void; readonly heartbeatMs?: number } = {},
): ModemPool => {
  const attached = new Set<Modem>()
  const able = new Set<Modem>()
  const changed = options.onChange ?? (() => undefined)
  let lastLink = 0

  const attach = (port: MessagePort): void => {
    const ready = (webrtc: boolean): void => {
      if (webrtc) able.add(modem)
      changed()
    }
    const gone = (): void => {
      attached.delete(modem)
      able.delete(modem)
      changed()
    }
    const modem = attachModem(port, { ready, gone }, options.heartbeatMs)
    attached.add(modem)
  }

  const missing: ModemPool['missing'] = () => {
    if (able.size) return undefined
    return attached.size ? 'no-webrtc' : 'no-modem'
  }
  const dial = (dialOptions: DialOptions): Dial => {
    const [modem] = [...able].sort((one, other) => one.links() - other.links())
    lastLink += 1
    return modem?.dial(lastLink, dialOptions) ?? noDial
  }
  const close = (): void => {
    for (const modem of [...attached]) modem.close()
  }
  return { attach, available: () => able.size > 0, missing, dial, close }
}
