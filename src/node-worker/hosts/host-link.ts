/**
 * The link of this device to one host: stays connected, and after every loss comes back by itself and tells the host
 * again what this device holds and wants to know. Several hosts are several links.
 */

import { equalBytes, utf8Encode } from '../../core/bytes.ts'
import type { Carrier } from '../../core/ports.ts'
import type { Result } from '../../core/result.ts'
import { MAX_SIGNAL_BYTES } from '../../core/swarm/host-limits.ts'
import type { CloseReason, HeldBy, HostMessage } from '../../core/swarm/host-protocol.ts'
import { storageKeyUrl } from '../../core/swarm/host-urls.ts'
import { type Connector, createConnector } from './connector.ts'
import { dialableOrigin } from './host-address.ts'
import type { Holder, LinkHandlers, LinkPorts, LinkState } from './link-ports.ts'
import { createWishes, inMessages, type Wishes } from './wishes.ts'

/** A link to one host. Everything but `state` and `stats` is silently nothing after `close`. */
export interface HostLink {
  /** Origin of the host. */
  readonly url: string
  state(): LinkState
  /** This device holds what belongs to these storage keys. Kept and told again after a reconnect. */
  announce(keys: readonly Uint8Array[]): void
  withdraw(keys: readonly Uint8Array[]): void
  /** Calls `onHolders` for each key now and after changes. A device's own id is a key too: presence. */
  watch(keys: readonly Uint8Array[]): void
  unwatch(keys: readonly Uint8Array[]): void
  /** Where else the announced blocks may be read. Kept and told again after a reconnect. */
  setBases(bases: readonly string[]): void
  /** @returns false when not connected, or when `data` is over MAX_SIGNAL_BYTES */
  signal(to: Uint8Array, data: string): boolean
  /** A circuit to a device that is connected to the same host; `absent` when it is not. */
  openCircuit(device: Uint8Array): Promise<Result<Carrier, CloseReason>>
  /** Dials at once instead of waiting. */
  connectNow(): void
  close(): void
  stats(): LinkStats
}

/** What has been refused of the host since the link was made, by reason. */
export interface LinkStats {
  readonly refused: Readonly<Record<string, number>>
}

/** What a link is made of. */
export interface LinkOptions {
  /** `https://host`; plain http only for this machine. Check strangers' addresses with `dialableOrigin` first. */
  readonly url: string
  readonly ports: LinkPorts
  readonly handlers: LinkHandlers
}

/**
 * Makes a link and dials.
 * @throws RangeError when the address may not be dialled
 */
export const createHostLink = ({ url, ports, handlers }: LinkOptions): HostLink => {
  const origin = dialableOrigin(url)
  if (origin === undefined) throw new RangeError(`"url" expected https, or http on this machine, got ${url}`)
  const announced = createWishes()
  const watched = createWishes()
  const refused: Record<string, number> = {}
  let bases: readonly string[] = []
  const onMessage = (message: HostMessage): void => {
    if (message.type === 'signal') handlers.onSignal(message.from, message.person, message.data)
    else if (message.type === 'absent') handlers.onAbsent(message.device)
    else if (message.type === 'holders' && watched.has(message.key))
      handlers.onHolders(message.key, toHolders(origin, message.key, message.holders, ports.signer.publicKey))
  }
  const connector = createConnector(origin, ports, {
    onMessage,
    onState: handlers.onState,
    onConnected(tell) {
      tellAll(tell, announced, watched)
      // Not to hosts that need not know: older ones do not know the message.
      if (bases.length > 0) tell({ type: 'bases', bases })
    },
    onCircuit: handlers.onCircuit,
    onRefused(reason) {
      refused[reason] = (refused[reason] ?? 0) + 1
    },
    onLost() {
      for (const key of watched.all()) handlers.onHolders(key, [])
    },
  })
  const { tell } = connector
  return {
    url: origin,
    state: connector.state,
    announce: (keys) => tellKeys(tell, 'announce', announced.add(keys)),
    withdraw: (keys) => tellKeys(tell, 'withdraw', announced.remove(keys)),
    watch: (keys) => tellKeys(tell, 'watch', watched.add(keys)),
    unwatch: (keys) => tellKeys(tell, 'unwatch', watched.remove(keys)),
    setBases(next) {
      if (next.join() === bases.join()) return
      bases = next
      tell({ type: 'bases', bases })
    },
    signal: (to, data) => utf8Encode(data).length <= MAX_SIGNAL_BYTES && tell({ type: 'signal', to, data }),
    openCircuit: connector.openCircuit,
    connectNow: connector.connectNow,
    close: connector.close,
    stats: () => ({ refused: { ...refused } }),
  }
}

const tellKeys = (
  tell: Connector['tell'],
  type: 'announce' | 'withdraw' | 'watch' | 'unwatch',
  keys: readonly Uint8Array[],
): void => {
  for (const part of inMessages(keys)) tell({ type, keys: part })
}

const tellAll = (tell: Connector['tell'], announced: Wishes, watched: Wishes): void => {
  tellKeys(tell, 'announce', announced.all())
  tellKeys(tell, 'watch', watched.all())
}

const toHolders = (origin: string, key: Uint8Array, holders: readonly HeldBy[], self: Uint8Array): Holder[] =>
  holders
    .filter(({ device }) => !equalBytes(device, self))
    .map(({ device, person }) => ({ device, person, url: storageKeyUrl(origin, device, key) }))
