/** All devices of a simulated network in typed arrays. A device that lost its storage never returns: its person gets another. */
import { type AvailabilityClass, advancePresence, newPresence } from '../../src/core/placement/availability.ts'
import type { Candidate, Place } from '../../src/core/placement/placement-types.ts'
import { drawByShare, drawPerson, KINDS, type Kind, type Person } from './population.ts'
import { pick } from './random.ts'

/** The devices and who is online. */
export interface Devices {
  readonly persons: number
  readonly count: () => number
  /** Adds a device of a person; the result is its number. */
  readonly add: (person: number, kind: number, now: number) => number
  readonly kindOf: (device: number) => Kind
  readonly kindIndexOf: (device: number) => number
  readonly personOf: (device: number) => number
  readonly habitsOf: (device: number) => Person
  readonly familyOf: (device: number) => string | undefined
  readonly availabilityOf: (device: number) => AvailabilityClass
  readonly isOnline: (device: number) => boolean
  readonly setOnline: (device: number, online: boolean, now: number) => void
  readonly lastSeen: (device: number) => number
  /** Sessions begun and ended: tells whether anything happened since. */
  readonly turns: (device: number) => number
  /** Whether its storage is gone. */
  readonly isGone: (device: number) => boolean
  readonly setGone: (device: number) => void
  /** Whether it has been silent for longer than its grace. */
  readonly isSilent: (device: number) => boolean
  readonly setSilent: (device: number, silent: boolean) => void
  readonly occupy: (device: number, bytes: number) => void
  readonly placeOf: (device: number) => Place
  readonly online: () => number
  /** Devices that an index names: so many of those that are online, by lot. */
  readonly candidates: (wanted: number, dice: () => number) => Candidate[]
}

const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2

/** Two of three people have one device, the others two. */
const personsFor = (devices: number): number => Math.ceil(devices * 0.75)

/** So many devices of the kinds of population.ts, all offline. */
export const createDevices = (initial: number, now: number, dice: () => number): Devices => {
  const room = initial * 6
  const persons = Array.from({ length: personsFor(initial) }, () => drawPerson(dice))
  const person = new Int32Array(room)
  const kind = new Uint8Array(room)
  const family: (string | undefined)[] = []
  const seen = new Float64Array(room)
  const turn = new Int32Array(room)
  const gone = new Uint8Array(room)
  const silent = new Uint8Array(room)
  const free = new Float64Array(room)
  const share = new Float64Array(room)
  const measuredAt = new Float64Array(room)
  const onlineNow: number[] = []
  /** In which draw of candidates a device was last found. */
  const drawnIn = new Int32Array(room)
  let draws = 0
  const position = new Int32Array(room).fill(-1)
  let count = 0

  const kindOf = (device: number): Kind => KINDS[kind[device]!]!
  const isOnline = (device: number): boolean => position[device]! >= 0

  const measure = (device: number, now: number): void => {
    const before = { share: share[device]!, measuredAt: measuredAt[device]! }
    const after = advancePresence(before, isOnline(device), now)
    share[device] = after.share
    measuredAt[device] = after.measuredAt
  }

  const leave = (device: number): void => {
    const last = onlineNow.pop()!
    if (last !== device) {
      onlineNow[position[device]!] = last
      position[last] = position[device]!
    }
    position[device] = -1
  }

  const placeOf = (device: number): Place => ({
    device,
    person: person[device]!,
    availability: kindOf(device).availability,
    family: family[device],
  })

  const devices: Devices = {
    persons: persons.length,
    count: () => count,
    add: (owner, kindIndex, now) => {
      if (count === room) throw new RangeError(`more than ${room} devices`)
      const device = count++
      person[device] = owner
      kind[device] = kindIndex
      const { families, givenBytes } = KINDS[kindIndex]!
      family.push(families.length > 0 ? drawByShare(dice, families) : undefined)
      free[device] = givenBytes
      seen[device] = now
      share[device] = newPresence(now).share
      measuredAt[device] = now
      return device
    },
    kindOf,
    kindIndexOf: (device) => kind[device]!,
    personOf: (device) => person[device]!,
    habitsOf: (device) => persons[person[device]!]!,
    familyOf: (device) => family[device],
    availabilityOf: (device) => kindOf(device).availability,
    isOnline,
    setOnline: (device, online, now) => {
      if (online === isOnline(device)) return
      measure(device, now)
      turn[device] = turn[device]! + 1
      seen[device] = now
      if (online) position[device] = onlineNow.push(device) - 1
      else leave(device)
    },
    lastSeen: (device) => seen[device]!,
    turns: (device) => turn[device]!,
    isGone: (device) => gone[device] === 1,
    setGone: (device) => {
      gone[device] = 1
    },
    isSilent: (device) => silent[device] === 1,
    setSilent: (device, value) => {
      silent[device] = value ? 1 : 0
    },
    occupy: (device, bytes) => {
      free[device] = free[device]! - bytes
    },
    placeOf,
    online: () => onlineNow.length,
    candidates: (wanted, dice) => {
      const found: Candidate[] = []
      draws++
      for (let i = 0; i < wanted && onlineNow.length > 0; i++) {
        const device = onlineNow[pick(dice, onlineNow.length)]!
        if (drawnIn[device] === draws) continue
        drawnIn[device] = draws
        found.push({
          device,
          person: person[device]!,
          availability: kindOf(device).availability,
          family: family[device],
          freeBytes: free[device]!,
          presence: share[device]!,
          online: true,
        })
      }
      return found
    },
  }
  // By the golden ratio instead of by lot: the shares are met in every run, so that runs differ in what happens only.
  const shares = KINDS.map((one, index) => [index, one.share] as const)
  for (let i = 0; i < initial; i++) {
    const place = (i * GOLDEN_RATIO) % 1
    devices.add(
      i % persons.length,
      drawByShare(() => place, shares),
      now,
    )
  }
  return devices
}
