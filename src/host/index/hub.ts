/** All that logged-in connections share: an index a network, and the relay. Tells each control message where to go. */

import type { HostFrame } from '../../core/swarm/host-frames.ts'
import type { ClientMessage, SignalTo } from '../../core/swarm/host-protocol.ts'
import { type After, type Circuits, createCircuits } from '../relay/circuits.ts'
import { createDirectory, type Directory } from './directory.ts'
import { createKeyTable } from './key-table.ts'
import { type MapKey, mapKey, type Peer } from './peer.ts'

/** Numbers for `/healthz` and logs. */
export interface HubStats {
  readonly devices: number
  readonly circuits: number
}

/** The meeting point of all connections. */
export interface Hub {
  /** A connection has logged in; an older one of the same device ends. */
  enter(peer: Peer): void
  leave(peer: Peer): void
  control(peer: Peer, message: ClientMessage): void
  /** `raw` is the frame as received; the relay hands it on. */
  circuit(peer: Peer, frame: Exclude<HostFrame, { kind: 'control' }>, raw: Uint8Array): void
  stats(): HubStats
}

/** A hub without connections. */
export const createHub = (after: After): Hub => {
  const directories = new Map<MapKey, Directory>()
  const circuits = createCircuits(after)

  const directoryOf = (network: Uint8Array): Directory => {
    const key = mapKey(network)
    const directory = directories.get(key) ?? createDirectory(createKeyTable(after))
    directories.set(key, directory)
    return directory
  }
  const leave = (peer: Peer): void => {
    circuits.leave(peer)
    const directory = directoryOf(peer.network)
    directory.leave(peer)
    if (directory.size() === 0) directories.delete(mapKey(peer.network))
  }
  return {
    enter(peer) {
      const before = directoryOf(peer.network).find(peer.device)
      if (before) leave(before)
      directoryOf(peer.network).enter(peer)
      before?.end('replaced', 'this device has connected again')
    },
    leave,
    control: (peer, message) => handle(peer, message, directoryOf(peer.network), circuits),
    circuit(peer, frame, raw) {
      if (frame.kind === 'data') circuits.data(peer, frame.circuit, raw, frame.bytes.length)
      else circuits.credit(peer, frame.circuit, raw, frame.bytes)
    },
    stats: () => ({
      devices: [...directories.values()].reduce((sum, directory) => sum + directory.size(), 0),
      circuits: circuits.size(),
    }),
  }
}

type Handlers = { readonly [T in ClientMessage['type']]: (message: Extract<ClientMessage, { type: T }>) => void }

const handle = (peer: Peer, message: ClientMessage, directory: Directory, circuits: Circuits): void => {
  const handlers: Handlers = {
    announce: ({ keys }) => tellLimit(peer, directory.announce(peer, keys)),
    withdraw: ({ keys }) => directory.withdraw(peer, keys),
    watch: ({ keys }) => tellLimit(peer, directory.watch(peer, keys)),
    unwatch: ({ keys }) => directory.unwatch(peer, keys),
    signal: (signal) => passSignal(peer, signal, directory),
    open: ({ circuit, to }) => openCircuit(peer, circuit, directory.find(to), circuits),
    accept: ({ circuit }) => circuits.accept(peer, circuit),
    close: ({ circuit, reason }) => circuits.close(peer, circuit, reason),
    ping: ({ n }) => peer.send({ type: 'pong', n }),
    'log-in': () => peer.end('malformed', 'logged in already'),
  }
  ;(handlers[message.type] as (message: ClientMessage) => void)(message)
}

const tellLimit = (peer: Peer, limit: string | undefined): void => {
  if (limit) peer.send({ type: 'error', code: 'limit', detail: limit })
}

const passSignal = (peer: Peer, { to, data }: SignalTo, directory: Directory): void => {
  const target = directory.find(to)
  if (target) target.send({ type: 'signal', from: peer.device, person: peer.person, data })
  else peer.send({ type: 'absent', device: to })
}

const openCircuit = (peer: Peer, number: number, to: Peer | undefined, circuits: Circuits): void => {
  if (!circuits.open(peer, number, to)) peer.end('malformed', 'circuit number used before')
}
