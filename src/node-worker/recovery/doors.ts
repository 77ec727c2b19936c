/**
 * The doors of one host (rules H40 to H52) as a blank browser uses them: who holds a storage key, and what such a device
 * has. A host that names another address than its own is not followed there: devices are asked through the host that
 * named them. Rules [RC8], [RC10].
 */
import { type Cid, verifyBlock } from '../../core/blocks/cid.ts'
import { base32Decode, base32Encode, utf8Decode } from '../../core/bytes.ts'
import { MAX_BLOCK_BYTES } from '../../core/limits.ts'
import type { Random } from '../../core/ports.ts'
import { MAX_RECORD_BYTES } from '../../core/records/record.ts'
import { MAX_HOLDERS_PER_KEY } from '../../core/swarm/host-limits.ts'
import { blockUrl, storageKeyUrl } from '../../core/swarm/host-urls.ts'
import type { Refuse, Refused } from '../refusals.ts'
import { type Answer, type Http, MAX_PARALLEL } from './http.ts'

/** Devices that are asked at one host for one key: those that it names first, and some of the others. */
export const MAX_FIRST_DEVICES = 8
export const MAX_OTHER_DEVICES = 16
/** A list of holders, bytes: as many as there may be, under a long address. */
export const MAX_LIST_BYTES = 65_536

/** A device behind a host. One that was silent or lied once is asked for nothing more. */
export interface Place {
  readonly host: string
  /** base32 of its key. */
  readonly device: string
  record(key: Uint8Array): Promise<Uint8Array | undefined>
  /** Brings a record. @returns whether it was taken */
  offer(key: Uint8Array, record: Uint8Array): Promise<boolean>
  /** Bytes that fit the CID. */
  block(cid: Cid): Promise<Uint8Array | undefined>
  lied(reason: Refused): void
}

/** See the module's doc. */
export interface Doors {
  readonly host: string
  /** Devices that hold a key, one {@link Place} each for the whole search; undefined when the host does not answer. */
  holders(key: Uint8Array): Promise<readonly Place[] | undefined>
}

/** What doors are made of. */
export interface DoorsPorts {
  readonly http: Http
  readonly random: Random
  readonly refuse: Refuse
}

/** @param host a dialable origin */
export const createDoors = (host: string, { http, random, refuse }: DoorsPorts): Doors => {
  const places = new Map<string, Place>()
  const enter = createTurnstile(MAX_PARALLEL)
  const get = (url: string, limit: number): Promise<Answer> => enter(() => http.get(url, limit))

  const createPlace = (device: Uint8Array): Place => {
    let isOut = false
    const lied = (reason: Refused): void => {
      isOut = true
      refuse(reason)
    }
    const read = async (url: string, limit: number): Promise<Uint8Array | undefined> => {
      if (isOut) return undefined
      const answer = await get(url, limit)
      if (answer.type === 'bytes') return answer.bytes
      if (answer.type === 'too-large') lied('oversized-answer')
      // What is not here is said with 404; everything else takes time without bringing anything.
      else if (answer.type === 'silent' || answer.status !== 404) isOut = true
      return undefined
    }
    return {
      host,
      device: base32Encode(device),
      lied,
      record: (key) => read(storageKeyUrl(host, device, key), MAX_RECORD_BYTES),
      offer: async (key, bytes) => !isOut && (await enter(() => http.put(storageKeyUrl(host, device, key), bytes))),
      async block(cid) {
        const bytes = await read(blockUrl(host, device, cid), MAX_BLOCK_BYTES)
        if (!bytes || verifyBlock(cid, bytes)) return bytes
        lied('forged-block')
        return undefined
      },
    }
  }
  const placeOf = (device: Uint8Array): Place => {
    const name = base32Encode(device)
    const place = places.get(name) ?? createPlace(device)
    places.set(name, place)
    return place
  }
  return {
    host,
    async holders(key) {
      const answer = await get(`${host}/k/${base32Encode(key)}`, MAX_LIST_BYTES)
      if (answer.type === 'silent' || answer.type === 'refused') return undefined
      const devices = answer.type === 'bytes' ? readDevices(answer.bytes, key) : undefined
      if (!devices) refuse('oversized-answer')
      return chooseDevices(devices ?? [], random).map(placeOf)
    },
  }
}

/** Lets so many do something at one time; the others wait in their order. */
const createTurnstile = (places: number) => {
  const waiting: (() => void)[] = []
  let free = places
  return async <T>(run: () => Promise<T>): Promise<T> => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve))
    else free--
    try {
      return await run()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
}

/** The end of a holder's URL; what stands before it is not looked at. */
const HELD_AT = /\/at\/([a-z2-7]{52})\/k\/([a-z2-7]{52})$/

const deviceIn = (url: unknown, key: string): Uint8Array | undefined => {
  const [, device, held] = (typeof url === 'string' && HELD_AT.exec(url)) || []
  return device !== undefined && held === key ? base32Decode(device) : undefined
}

/** @returns undefined when it is no list of URLs, or one of more than a host may name */
const readDevices = (bytes: Uint8Array, key: Uint8Array): Uint8Array[] | undefined => {
  const list = parseJson(bytes)
  if (!Array.isArray(list) || list.length > MAX_HOLDERS_PER_KEY) return undefined
  const name = base32Encode(key)
  return list.flatMap((url) => deviceIn(url, name) ?? [])
}

const parseJson = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(utf8Decode(bytes) ?? '')
  } catch {
    return undefined
  }
}

/** Whoever fills the list with devices that hold nothing must not keep all others from being asked, try after try. */
const chooseDevices = (devices: readonly Uint8Array[], random: Random): Uint8Array[] => {
  const others = devices.slice(MAX_FIRST_DEVICES)
  const dice = random.bytes(others.length)
  const drawn = others.map((device, i) => ({ device, at: dice[i]! })).sort((a, b) => a.at - b.at)
  return [...devices.slice(0, MAX_FIRST_DEVICES), ...drawn.slice(0, MAX_OTHER_DEVICES).map(({ device }) => device)]
}
