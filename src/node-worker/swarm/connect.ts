/** Attaches a node to others: hosts, modems, sessions and replication, wired together once there is a person. */
import { equalBytes, hexToBytes } from '../../core/bytes.ts'
import { isActiveDevice } from '../../core/identity/key-state.ts'
import { GROUP_ZERO, NETWORK_ZERO } from '../../core/limits.ts'
import { placesStorageKey } from '../../core/records/storage-key.ts'
import { err } from '../../core/result.ts'
import type { NetworkView } from '../../rpc/views.ts'
import { createStrangersHosts } from '../hosts/host-address.ts'
import { namesKeeper } from '../keeping/keepers.ts'
import { beginLeasing } from '../leasing/begin.ts'
import { learnLeases } from '../leasing/learn.ts'
import type { SafetyReport } from '../leasing/safety-report.ts'
import { createModemPool, type ModemPool } from '../modems/modem-pool.ts'
import { NO_WEATHER } from '../offline.ts'
import type { Self } from '../person/account.ts'
import { createReplication } from '../replication/replication.ts'
import type { Connect, Connection, NodeServices } from '../services.ts'
import { createSessionManager } from '../sessions/session-manager.ts'
import type { Session, SessionManager } from '../sessions/types.ts'
import { createDialer, deviceName } from './dialer.ts'
import { createDirectDialer } from './direct-dialer.ts'
import { createHostPool } from './host-pool.ts'
import { createHostRota } from './host-rota.ts'
import { createInterests } from './interests.ts'
import { watchLosses } from './losses.ts'
import { resolvePeer } from './peer-check.ts'
import { chooseTargets } from './targets.ts'
import { createWeather } from './weather.ts'

/** Hosts say a thousand things at once when a link comes up: what follows from them is thought over once. */
const RECONSIDER_MS = 20

/** [EC11] Where devices with room are found. */
const PLACES = placesStorageKey(NETWORK_ZERO)

/** A device that was removed is told so over its session, which then ends. */
const REMOVED_GRACE_MS = 1000

/** The swarm of a signed-in person. */
interface Swarm {
  readonly sessions: SessionManager
  view(): NetworkView
  safety(): Promise<SafetyReport | undefined>
  onModems(): void
  announcedUrl(host: string): Promise<string | undefined>
  connectNow(): void
  close(): void
}

/** What a node does with others beside exchanging what is followed. */
export interface ConnectOptions {
  /** Leaves copies with others and keeps theirs. */
  readonly leases: boolean
}

/** See the module's doc. */
export const connectWith =
  (options: ConnectOptions): Connect =>
  (services) => {
    let swarm: Swarm | undefined
    const modems = createModemPool({ onChange: () => swarm?.onModems() })
    const stopWaiting = services.account.whenReady((self) => {
      swarm = startSwarm(services, self, modems, options)
    })
    const connection: Connection = {
      view: () => swarm?.view() ?? NO_WEATHER,
      isOnline: (person) => isConnectedTo(swarm?.sessions, person),
      announcedUrl: async (host) => swarm?.announcedUrl(host),
      safety: async () => swarm?.safety(),
      connectNow: () => swarm?.connectNow(),
      attachModem: (port) => modems.attach(port),
      async close() {
        stopWaiting()
        swarm?.close()
        modems.close()
      },
    }
    return connection
  }

/** Without leases: what is followed passes, and nothing else. */
export const connectToPeers: Connect = connectWith({ leases: false })

const isConnectedTo = (sessions: SessionManager | undefined, person: string): boolean =>
  (sessions?.sessions() ?? []).some((session) => session.person === person && session.carrier() !== 'none')

function startSwarm(services: NodeServices, self: Self, modems: ModemPool, options: ConnectOptions): Swarm {
  const { inbox, persons, platform, refusals, settings } = services
  const waiting = new Set<string>()
  const { drill } = platform
  const interests = createInterests(self.person, persons, services.leases, waiting, drill !== undefined)
  // [RC16] The device that is thought wiped is not there.
  const isGone = (device: Uint8Array): boolean => drill !== undefined && equalBytes(drill.without, device)
  const isBlocked = (person: string): boolean => persons.relation(person) === 'blocked'
  const isKeeper = (person: string, holder: string): boolean =>
    namesKeeper(persons.get(person), holder, platform.clock.now())
  const ownDevice = deviceName(self.device.signer.publicKey)
  const report = (error: unknown): void => {
    if (!isClosed) platform.log({ level: 'error', what: 'swarm', detail: String(error) })
  }
  let isClosed = false
  let thinking: unknown

  const sessions = createSessionManager({
    crypto: platform.crypto,
    random: platform.random,
    timers: platform.timers,
    self: {
      person: self.person,
      keys: self.device,
      keyEvents: async () => persons.get(self.person)?.events ?? [],
    },
    network: NETWORK_ZERO,
    group: GROUP_ZERO,
    resolveKeyEvents: async (claim) =>
      isGone(claim.device) ? err({ reason: 'thought-wiped' }) : resolvePeer(persons, claim, refusals.count),
    isBlocked,
    refuse: refusals.count,
    report: (error) => platform.log({ level: 'error', what: 'session', detail: String(error) }),
  })

  const hosts = createHostPool(services, self, {
    onChange: () => reconsider(),
    onHostState: (origin, state) => rota.onState(origin, state),
    onSeen: (device) => dialer.forgive(device),
    onAbsent: (device) => direct.absent(device),
    onSignal: (device, person, text) => direct.receive(device, text, !isBlocked(person)),
    onCircuit(carrier, device, person) {
      if (isBlocked(person)) carrier.close('blocked')
      else dialer.accept(carrier, device).catch(report)
    },
  })

  // [RC11] Where the person was found again their things are, whatever their settings say.
  const foundAt = (): readonly string[] => persons.get(self.person)?.hosts ?? []
  const ownHosts = (): string[] => [...(platform.namedHosts ?? []), ...settings.get().hosts, ...foundAt()]
  const rota = createHostRota({
    platform,
    hosts,
    own: ownHosts,
    people() {
      const strangersHost = createStrangersHosts({ own: ownHosts(), home: platform.defaultHosts })
      const named = persons.followed().map((person) => persons.get(person)?.hosts ?? [])
      return named.map((list) => list.flatMap((host) => strangersHost(host) ?? []))
    },
  })

  const direct = createDirectDialer({
    modems,
    random: platform.random,
    iceServers: hosts.iceServers,
    signal: hosts.signal,
    onIncoming: (carrier, device) => void dialer.accept(carrier, device).catch(report),
  })

  const holdersOf = (person: string) =>
    hosts.holders(interests.keyOf(person)).filter(({ device }) => !isGone(hexToBytes(device)))

  const dialer = createDialer({
    platform,
    sessions,
    targets: () =>
      chooseTargets({
        me: self.person,
        ownDevice,
        persons: interests.sought(),
        holders: holdersOf,
        isBlocked,
        isKeeper,
        places: leasing?.needsPlaces() ? hosts.holders(PLACES) : [],
        connected: new Set(sessions.sessions().map((session) => deviceName(session.device))),
        isFailing: (device) => dialer.isFailing(device),
      }),
    report,
    canDialDirect: modems.available,
    dialDirect: direct.dial,
    dialRelay: hosts.openCircuit,
  })

  const mayHold = (session: Session, person: string): boolean => {
    if (session.person === person || session.person === self.person || isKeeper(person, session.person)) return true
    return holdersOf(person).some((holder) => holder.device === deviceName(session.device))
  }
  const begin = drill ? learnLeases : beginLeasing
  const leasing = options.leases ? begin(services, self, sessions, () => onPersons()) : undefined
  const replication = createReplication({
    services,
    mayHold,
    ...(leasing && { serveLeases: leasing.serve }),
    wantsOf: (session) => interests.kept().filter((person) => mayHold(session, person)),
  })

  const weather = createWeather({ services, self, sessions, hosts, modems, replication, direct })

  const updateKeys = (): void => {
    hosts.setKeys({
      announced: drill ? [] : [...interests.kept().map(interests.keyOf), ...(leasing?.hasRoom() ? [PLACES] : [])],
      watched: [...interests.sought().map(interests.keyOf), ...(leasing?.needsPlaces() ? [PLACES] : [])],
    })
    hosts.setBases(persons.get(self.person)?.blockBases?.bases ?? [])
  }
  const reconsiderNow = (): void => {
    thinking = undefined
    replication.refresh()
    dialer.wake()
    weather.changed()
  }
  const reconsider = (): void => {
    thinking ??= platform.timers.setTimeout(reconsiderNow, RECONSIDER_MS)
  }
  const onPersons = (): void => {
    for (const session of sessions.sessions()) if (isBlocked(session.person)) sessions.close(session.device, 'blocked')
    rota.update()
    updateKeys()
    reconsider()
  }
  // [RC13] After a moment, so that the device still hears why.
  const dropRemoved = async (person: string): Promise<void> => {
    const state = await persons.keyState(person)
    const isRemoved = (session: Session): boolean =>
      session.person === person && state !== undefined && !isActiveDevice(state, session.device)
    if (!sessions.sessions().some(isRemoved)) return
    platform.timers.setTimeout(() => {
      for (const session of sessions.sessions().filter(isRemoved)) sessions.close(session.device, 'removed-device')
    }, REMOVED_GRACE_MS)
  }
  const onWaiting = (person: string): void => {
    if (waiting.has(person)) return
    waiting.add(person)
    updateKeys()
    dialer.wake()
  }
  const onNoneWaiting = (person: string): void => {
    if (waiting.delete(person)) updateKeys()
  }

  const watchSession = (session: Session): void => {
    weather.opened(session)
    watchLosses(session, platform.clock, (loss) => dialer.lost(deviceName(session.device), loss))
    session.onState((_, end) => {
      if (end) weather.ended(session)
      weather.changed()
      dialer.wake()
    })
    replication.join(session)
    weather.changed()
  }

  const stops = [
    sessions.onSession(watchSession),
    persons.onChange(onPersons),
    services.leases.onChange(onPersons),
    persons.onChange((person) => void dropRemoved(person).catch(report)),
    settings.onChange(rota.update),
    inbox.onPending(onWaiting),
    inbox.onNonePending(onNoneWaiting),
  ]
  inbox
    .pendingPersons()
    .then((list) => list.forEach(onWaiting))
    .catch(report)
  onPersons()

  return {
    sessions,
    view: weather.view,
    safety: async () => leasing?.safety(),
    onModems: reconsider,
    announcedUrl: hosts.announcedUrl,
    connectNow() {
      rota.forgive()
      hosts.reconnectNow()
      dialer.forgive()
    },
    close() {
      isClosed = true
      for (const stop of stops) stop()
      platform.timers.clearTimeout(thinking)
      leasing?.close()
      rota.close()
      dialer.close()
      replication.close()
      weather.close()
      sessions.closeAll('node-closed')
      hosts.close()
    },
  }
}
