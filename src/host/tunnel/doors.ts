/**
 * The doors of a host: `/k/…` lists who holds what, `/at/DEVICE/…` reads out of a connected device and writes into it.
 * docs/http.md shows them with curl.
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Cid, cidToBytes } from '../../core/blocks/cid.ts'
import { isLoopbackHost } from '../../core/identity/person-link.ts'
import { NETWORK_ZERO } from '../../core/limits.ts'
import type { Clock, Verifier } from '../../core/ports.ts'
import { blockStorageKey } from '../../core/records/storage-key.ts'
import { ok } from '../../core/result.ts'
import { baseUrl } from '../../core/swarm/block-bases.ts'
import type { HeldBy } from '../../core/swarm/host-protocol.ts'
import { blockUrl, storageKeyUrl } from '../../core/swarm/host-urls.ts'
import type { Hub } from '../index/hub.ts'
import type { AddressOf } from '../socket/addresses.ts'
import type { Stopwatch } from '../socket/token-bucket.ts'
import { answerBlock } from './block-door.ts'
import { createCallers, type Visit } from './callers.ts'
import { createDevices, type Devices } from './devices.ts'
import { type DoorAnswer, jsonPage, writeAnswer, writePreflight } from './door-answer.ts'
import { type Door, readDoor } from './door-paths.ts'
import { answerRecord, storeRecord } from './record-door.ts'
import { refuse } from './refusals.ts'

/** What the doors lead to and are guarded with. */
export interface DoorPorts {
  readonly hub: Hub
  /** Address that URLs name: what a `Host` header says counts for nothing. */
  readonly publicUrl: string
  readonly verifier: Verifier
  readonly clock: Clock
  readonly stopwatch: Stopwatch
  /** Whom a request counts for. */
  readonly addressOf: AddressOf
}

/** All doors. */
export interface Doors {
  /** What answers requests for a decoded path; undefined when no door stands there. */
  find(path: string): ((request: IncomingMessage, response: ServerResponse) => Promise<void>) | undefined
  stats: Devices['stats']
}

const READ = 'GET, HEAD, OPTIONS'
const READ_AND_WRITE = 'GET, HEAD, PUT, OPTIONS'

const methodsOf = (door: Door): string => (door.type === 'record' ? READ_AND_WRITE : READ)

/** Opens the doors of one host. */
export const createDoors = (ports: DoorPorts): Doors => {
  const callers = createCallers(ports.stopwatch)
  const devices = createDevices(ports.hub, ports.stopwatch)
  // This machine has no limit as one of many, but here it is one caller.
  const callerOf = (request: IncomingMessage): string => ports.addressOf(request) ?? request.socket.remoteAddress ?? ''

  /** Whether callers are on this machine; elsewhere no device sends them to their own. */
  const isHere = isLoopbackHost(new URL(ports.publicUrl).origin)
  /** Through this host first, then where the person keeps blocks of their own. [FS8] */
  const urlsOf = (cid: Cid, held: readonly HeldBy[]): string[] => {
    const through = held.map(({ device }) => blockUrl(ports.publicUrl, device, cid))
    const told = new Set(held.flatMap(({ device }) => ports.hub.bases(NETWORK_ZERO, device)))
    const bases = [...told].filter((base) => isHere || !isLoopbackHost(new URL(base).origin))
    return [...through, ...bases.map((base) => baseUrl(base, cid))]
  }

  const enter = async (door: Door, request: IncomingMessage, visit: Visit): Promise<DoorAnswer> => {
    const { publicUrl, hub } = ports
    if (door.type === 'malformed') return refuse('malformed-path')
    if (door.type === 'holders') {
      const held = hub.holders(NETWORK_ZERO, door.key)
      return ok(jsonPage(held.map(({ device }) => storageKeyUrl(publicUrl, device, door.key))))
    }
    if (door.type === 'block-holders') {
      const held = hub.holders(NETWORK_ZERO, blockStorageKey(cidToBytes(door.cid)))
      return ok(jsonPage(urlsOf(door.cid, held)))
    }
    if (door.type === 'block') return answerBlock(door, request, { devices, visit })
    const record = request.method === 'PUT' ? storeRecord : answerRecord
    return record(door, request, visit, { ...ports, devices })
  }
  const serve = async (request: IncomingMessage, response: ServerResponse, door: Door): Promise<void> => {
    const methods = methodsOf(door)
    if (request.method === 'OPTIONS') return writePreflight(response, methods)
    if (!methods.split(', ').includes(request.method ?? ''))
      return writeAnswer(request, response, refuse('method-not-allowed', { headers: { Allow: methods } }))
    const visit = callers.enter(callerOf(request))
    if (!visit.ok) return writeAnswer(request, response, visit)
    try {
      await writeAnswer(request, response, await enter(door, request, visit.value))
    } finally {
      visit.value.leave()
    }
  }
  return {
    find(path) {
      const door = readDoor(path)
      return door && ((request, response) => serve(request, response, door))
    },
    stats: devices.stats,
  }
}
