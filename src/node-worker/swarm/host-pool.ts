/** Keeps a link to each wanted host, tells all of them the same, and merges what they say about holders. */
import { cidFromBytes, verifyBlock } from '../../core/blocks/cid.ts'
import { bytesToHex, hexToBytes } from '../../core/bytes.ts'
import { NETWORK_ZERO } from '../../core/limits.ts'
import type { Carrier } from '../../core/ports.ts'
import type { HostView } from '../../rpc/views.ts'
import { followHeldLocators } from '../hosts/held-locators.ts'
import { followHeldShares } from '../hosts/held-shares.ts'
import { dialableOrigin } from '../hosts/host-address.ts'
import { createHostLink, type HostLink } from '../hosts/host-link.ts'
import type { LinkState } from '../hosts/link-ports.ts'
import { followOwnBlocks } from '../hosts/own-blocks.ts'
import type { Self } from '../person/account.ts'
import type { NodeServices } from '../services.ts'
import type { Store } from '../stores/store.ts'
import { createAnnouncedUrls } from './announced-urls.ts'
import { createHolderTable } from './holder-table.ts'
import type { HostPool, HostPoolEvents } from './host-pool-types.ts'

/** A pool without hosts yet. */
export function createHostPool(
  services: Pick<NodeServices, 'changes' | 'leases' | 'persons' | 'platform' | 'records'>,
  self: Self,
  events: HostPoolEvents,
): HostPool {
  const { changes, leases, persons, platform, records } = services
  const links = new Map<string, HostLink>()
  const table = createHolderTable()
  const urls = createAnnouncedUrls(platform.timers)
  const announced = createKeySet()
  const watched = createKeySet()
  const blocks = createKeySet()
  const locators = createKeySet()
  const shares = createKeySet()
  let bases: readonly string[] = []
  let refusedBefore = 0

  const open = (origin: string): HostLink =>
    createHostLink({
      url: origin,
      ports: {
        webSocket: platform.webSocket,
        clock: platform.clock,
        random: platform.random,
        timers: platform.timers,
        signer: self.device.signer,
        person: self.person,
        network: NETWORK_ZERO,
        keyEvents: async () => persons.get(self.person)?.events ?? [],
        tunnel: {
          block: (cid) => readBlock(platform.store, cid),
          record: records.get,
          offer: records.offer,
        },
      },
      handlers: {
        onState(state) {
          urls.heard(origin, state)
          events.onHostState(origin, state)
          events.onChange()
        },
        onHolders(key, holders) {
          const candidates = holders.map(({ device, person }) => ({ device: bytesToHex(device), person }))
          const seen = table.set(origin, bytesToHex(key), candidates)
          for (const device of seen) events.onSeen(device)
          events.onChange()
        },
        onSignal(from, person, text) {
          table.spoke(origin, bytesToHex(from))
          events.onSignal(bytesToHex(from), person, text)
        },
        onAbsent: (device) => events.onAbsent(bytesToHex(device)),
        onCircuit: (carrier, from, person) => events.onCircuit(carrier, bytesToHex(from), person),
      },
    })

  const add = (origin: string): void => {
    const link = open(origin)
    links.set(origin, link)
    link.announce([...announced.all(), ...locators.all(), ...shares.all(), ...blocks.all()])
    link.watch(watched.all())
    link.setBases(bases)
  }

  const remove = (origin: string, link: HostLink): void => {
    refusedBefore += countRefused(link)
    link.close()
    links.delete(origin)
    table.forget(origin)
    urls.forget(origin)
  }

  /** Links of hosts that were seen with a device, connected ones only. */
  const linksTo = (device: string): HostLink[] =>
    [...links]
      .filter(([origin, link]) => link.state().state === 'connected' && table.knows(origin, device))
      .map(([, link]) => link)

  const announceAlso = (set: typeof blocks, keys: readonly Uint8Array[]): void => {
    // [RC16]
    if (platform.drill) return
    const { added, removed } = set.change(keys)
    for (const link of links.values()) {
      link.withdraw(removed)
      link.announce(added)
    }
  }
  const onBlocks = (keys: readonly Uint8Array[]): void => announceAlso(blocks, keys)
  const stopBlocks = followOwnBlocks({ platform, changes, person: self.person, onKeys: onBlocks })
  const stopLocators = followHeldLocators({
    changes,
    persons,
    leases,
    records,
    onKeys: (keys) => announceAlso(locators, keys),
    report: (error) => platform.log({ level: 'error', what: 'locators', detail: String(error) }),
  })
  const stopShares = followHeldShares({
    platform,
    changes,
    onKeys: (keys) => announceAlso(shares, keys),
    report: (error) => platform.log({ level: 'error', what: 'shares', detail: String(error) }),
  })

  return {
    setUrls(list) {
      const wanted = new Set(list.map(dialableOrigin).filter((origin) => origin !== undefined))
      for (const [origin, link] of [...links]) if (!wanted.has(origin)) remove(origin, link)
      for (const origin of wanted) if (!links.has(origin)) add(origin)
    },
    views: () => [...links].map(([url, link]) => toView(url, link.state())),
    setKeys(keys) {
      const held = announced.change(keys.announced)
      const sought = watched.change(keys.watched)
      for (const link of links.values()) {
        link.withdraw(held.removed)
        link.announce(held.added)
        link.unwatch(sought.removed)
        link.watch(sought.added)
      }
      for (const key of sought.removed) table.drop(bytesToHex(key))
    },
    setBases(next) {
      bases = next
      for (const link of links.values()) link.setBases(next)
    },
    holders: (key) => table.holders(bytesToHex(key)),
    signal: (device, text) => linksTo(device).some((link) => link.signal(hexToBytes(device), text)),
    async openCircuit(device) {
      for (const link of linksTo(device)) {
        const circuit = await link.openCircuit(hexToBytes(device))
        if (circuit.ok) return circuit.value as Carrier
      }
      return undefined
    },
    async announcedUrl(host) {
      const origin = dialableOrigin(host)
      return origin !== undefined && links.has(origin) ? urls.of(origin) : undefined
    },
    iceServers: () => [...new Set([...links.values()].flatMap(iceOf))].map((urls) => ({ urls })),
    reconnectNow() {
      for (const link of links.values()) link.connectNow()
    },
    refused: () => [...links.values()].reduce((sum, link) => sum + countRefused(link), refusedBefore),
    close() {
      stopBlocks()
      stopLocators()
      stopShares()
      for (const [origin, link] of [...links]) remove(origin, link)
    },
  }
}

/** See TunnelSource. */
const readBlock = async (store: Store, name: Uint8Array): Promise<Uint8Array | undefined> => {
  const bytes = await store.read(['blocks'], (tx) => tx.get<Uint8Array>('blocks', [name]))
  const cid = cidFromBytes(name)
  if (bytes && !(cid.ok && verifyBlock(cid.value, bytes))) throw new Error('a block does not fit its CID')
  return bytes
}

const iceOf = (link: HostLink): readonly string[] => {
  const state = link.state()
  return state.state === 'connected' ? state.ice : []
}

const countRefused = (link: HostLink): number => Object.values(link.stats().refused).reduce((sum, n) => sum + n, 0)

function toView(url: string, link: LinkState): HostView {
  if (link.state === 'waiting' || link.state === 'refused') {
    return { url, state: link.state, retryAt: link.retryAt, reason: link.reason }
  }
  return { url, state: link.state === 'connected' ? 'connected' : 'connecting' }
}

/** A set of storage keys that is replaced as a whole and tells what changed. */
function createKeySet() {
  let keys = new Map<string, Uint8Array>()
  return {
    all: (): Uint8Array[] => [...keys.values()],
    change(list: readonly Uint8Array[]): { added: Uint8Array[]; removed: Uint8Array[] } {
      const before = keys
      keys = new Map(list.map((key) => [bytesToHex(key), key]))
      return {
        added: [...keys].filter(([name]) => !before.has(name)).map(([, key]) => key),
        removed: [...before].filter(([name]) => !keys.has(name)).map(([, key]) => key),
      }
    },
  }
}
