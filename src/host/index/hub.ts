/**
 * All that logged-in connections share: an index a network, the relay, and what is asked of devices over HTTP. Tells
 * each message where to go.
 */

import type { CircuitFrame, PieceFrame } from '../../core/swarm/host-frames.ts'
import type { ClientMessage, HeldBy, SignalTo } from '../../core/swarm/host-protocol.ts'
import { type After, type Circuits, createCircuits } from '../relay/circuits.ts'
import { createPairs, type Pairs } from '../relay/pairs.ts'
import type { Stopwatch } from '../socket/token-bucket.ts'
import { createTunnel, type Tunnel } from '../tunnel/tunnel.ts'
import { createDirectory, type Directory } from './directory.ts'
import { createKeyBudget } from './key-budget.ts'
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
  /**
   * Uses up the peer's leave to answer what others asked of it. What is an answer costs its sender nothing: whoever
   * asked has paid.
   */
  takeAnswer(peer: Peer, message: ClientMessage): boolean
  /** @param isAnswer as {@link takeAnswer} has said of this message */
  control(peer: Peer, message: ClientMessage, isAnswer: boolean): void
  /** `raw` is the frame as received; the relay hands it on. */
  circuit(peer: Peer, frame: CircuitFrame, raw: Uint8Array): void
  piece(peer: Peer, frame: PieceFrame): void
  /** The connection of a device of that network. */
  find(network: Uint8Array, device: Uint8Array): Peer | undefined
  /** Who holds a storage key in that network now. */
  holders(network: Uint8Array, key: Uint8Array): readonly HeldBy[]
  /** Where else the blocks that a device announces may be read, by its own word. */
  bases(network: Uint8Array, device: Uint8Array): readonly string[]
  /** Asks devices for what comes over HTTP. */
  readonly tunnel: Tunnel
  stats(): HubStats
}

/** A hub without connections. */
export const createHub = (after: After, stopwatch: Stopwatch): Hub => {
  const directories = new Map<MapKey, Directory>()
  const pairs = createPairs(stopwatch)
  const circuits = createCircuits(after, pairs)
  const budget = createKeyBudget()
  const tunnel = createTunnel(after)

  const directoryOf = (network: Uint8Array): Directory => {
    const key = mapKey(network)
    const directory = directories.get(key) ?? createDirectory(createKeyTable(after), budget)
    directories.set(key, directory)
    return directory
  }
  const leave = (peer: Peer): void => {
    circuits.leave(peer)
    tunnel.leave(peer)
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
    takeAnswer(peer, message) {
      if (message.type === 'signal') return pairs.takeReply(peer, message.to)
      return (message.type === 'accept' || message.type === 'close') && circuits.takeAnswer(peer, message.circuit)
    },
    control: (peer, message, isAnswer) =>
      handle(peer, message, { directory: directoryOf(peer.network), circuits, pairs, tunnel, isAnswer }),
    circuit(peer, frame, raw) {
      if (frame.kind === 'data') circuits.data(peer, frame.circuit, raw, frame.bytes.length)
      else circuits.credit(peer, frame.circuit, raw, frame.bytes)
    },
    piece: (peer, frame) => endUnlessAsked(peer, tunnel.piece(peer, frame)),
    // Not directoryOf: whoever asks over HTTP makes no directory.
    find: (network, device) => directories.get(mapKey(network))?.find(device),
    holders: (network, key) => directories.get(mapKey(network))?.holders(key) ?? [],
    bases: (network, device) => directories.get(mapKey(network))?.bases(device) ?? [],
    tunnel,
    stats: () => ({
      devices: [...directories.values()].reduce((sum, directory) => sum + directory.size(), 0),
      circuits: circuits.size(),
    }),
  }
}

type Handlers = { readonly [T in ClientMessage['type']]: (message: Extract<ClientMessage, { type: T }>) => void }

/** Where messages go, and whether this one answers what another device asked. */
interface Places {
  readonly directory: Directory
  readonly circuits: Circuits
  readonly pairs: Pairs
  readonly tunnel: Tunnel
  readonly isAnswer: boolean
}

const handle = (peer: Peer, message: ClientMessage, places: Places): void => {
  const { directory, circuits, tunnel } = places
  const handlers: Handlers = {
    announce: ({ keys }) => tellLimit(peer, directory.announce(peer, keys)),
    withdraw: ({ keys }) => directory.withdraw(peer, keys),
    watch: ({ keys }) => tellLimit(peer, directory.watch(peer, keys)),
    unwatch: ({ keys }) => directory.unwatch(peer, keys),
    bases: ({ bases }) => directory.tellBases(peer, bases),
    signal: (signal) => passSignal(peer, signal, places),
    open: ({ circuit, to }) => openCircuit(peer, circuit, directory.find(to), circuits),
    accept: ({ circuit }) => circuits.accept(peer, circuit),
    close: ({ circuit, reason }) => circuits.close(peer, circuit, reason),
    outcome: ({ request, outcome }) => endUnlessAsked(peer, tunnel.outcome(peer, request, outcome)),
    ping: ({ n }) => peer.send({ type: 'pong', n }),
    'log-in': () => peer.end('malformed', 'logged in already'),
  }
  ;(handlers[message.type] as (message: ClientMessage) => void)(message)
}

const tellLimit = (peer: Peer, limit: string | undefined): void => {
  if (limit) peer.send({ type: 'error', code: 'limit', detail: limit })
}

/** Answers to what nobody asked, or of another form, come from no honest device. */
const endUnlessAsked = (peer: Peer, isAnswer: boolean): void => {
  if (!isAnswer) peer.end('malformed', 'not an answer to what was asked')
}

/** To oneself or to somebody who reads too slowly is to nobody: what waits for a peer must not grow by strangers' words. */
const passSignal = (peer: Peer, { to, data }: SignalTo, { directory, pairs, isAnswer }: Places): void => {
  const target = directory.find(to)
  if (!target || target === peer || target.congested()) peer.send({ type: 'absent', device: to })
  else if (!pairs.maySignal(peer, target)) tellLimit(peer, 'signals')
  else {
    // An answer allows no answers itself: two devices could go on for ever for nothing.
    if (!isAnswer) pairs.signalled(peer, target)
    target.send({ type: 'signal', from: peer.device, person: peer.person, data })
  }
}

const openCircuit = (peer: Peer, number: number, to: Peer | undefined, circuits: Circuits): void => {
  if (!circuits.open(peer, number, to)) peer.end('malformed', 'circuit number used before')
}
