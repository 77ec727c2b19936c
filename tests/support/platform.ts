/**
 * A platform that gives the same bytes at every run: random numbers from a seed, a clock that is set by the test, keys
 * derived from the seed. Cryptography and the store are the real ones of where the test runs.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, utf8Encode } from '../../src/core/bytes.ts'
import type { Random } from '../../src/core/ports.ts'
import { createWebCrypto } from '../../src/node-worker/crypto/web-crypto.ts'
import type {
  DeviceKeyVault,
  LogEvent,
  Platform,
  ScratchSpace,
  UnlockedDevice,
} from '../../src/node-worker/platform.ts'
import type { Store } from '../../src/node-worker/stores/store.ts'
import { freshStoreName, openNamedStore, openTestStore } from './open-store.ts'

/** The time at which every test begins. */
export const TEST_TIME = 1_700_000_000_000

/** A platform whose clock the test sets, and what was logged on it. */
export interface TestPlatform extends Platform {
  readonly clock: { now(): number; set(time: number): void; advance(milliseconds: number): void }
  readonly logged: readonly LogEvent[]
}

/** Bytes out of a counter and a seed. */
export const seededRandom = (seed: string): Random => {
  let count = 0
  const block = (): Uint8Array => sha256(utf8Encode(`${seed}/${count++}`))
  return {
    bytes(length) {
      const blocks = Array.from({ length: Math.ceil(length / 32) }, block)
      return concatBytes(...blocks).slice(0, length)
    },
  }
}

const createClock = (): TestPlatform['clock'] => {
  let time = TEST_TIME
  return {
    now: () => time,
    set(next) {
      time = next
    },
    advance(milliseconds) {
      time += milliseconds
    },
  }
}

/** A seed for a key; WebKitGTK takes none that begins with a zero byte. */
const keySeed = (random: Random): Uint8Array => {
  const seed = random.bytes(32)
  seed[0] ||= 1
  return seed
}

/** Keys that live as long as the vault. */
export const memoryVault = (random: Random): DeviceKeyVault => {
  const crypto = createWebCrypto()
  let unlocked: UnlockedDevice | undefined
  return {
    load: async () => unlocked,
    async create() {
      unlocked = {
        device: {
          signer: await crypto.signerFromSeed(keySeed(random)),
          agreement: await crypto.agreementFromSeed(keySeed(random)),
        },
        sealLocal: await crypto.aead(random.bytes(32)),
      }
      return unlocked
    },
    async clear() {
      unlocked = undefined
    },
  }
}

/** A test's end does not wait for what a node that was left running does in an hour: that would keep Node.js alive. */
const LONG = 600_000

const startTimer = (run: () => void, milliseconds: number): unknown => {
  const timer: unknown = setTimeout(run, milliseconds)
  if (milliseconds >= LONG && typeof timer === 'object') (timer as { unref(): void }).unref()
  return timer
}

/** A platform over `store`, or over a fresh one. `seed` makes two platforms of one test differ. */
export const createTestPlatform = async (
  seed: string,
  given: { readonly store?: Store; readonly keys?: DeviceKeyVault } = {},
): Promise<TestPlatform> => {
  const random = seededRandom(seed)
  const store = given.store ?? (await openTestStore())
  const logged: LogEvent[] = []
  return {
    store,
    crypto: createWebCrypto(),
    clock: createClock(),
    random,
    keys: given.keys ?? memoryVault(random),
    timers: {
      setTimeout: startTimer,
      clearTimeout: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
    },
    webSocket() {
      throw new Error('no network in this test')
    },
    fetch() {
      throw new Error('no network in this test')
    },
    defaultHosts: ['https://host.example'],
    deviceName: `device of ${seed}`,
    alwaysOn: false,
    scratch: createScratch(random),
    storageEstimate: async () => ({ ...(await estimateOf(store)), persisted: false }),
    logged,
    log: (event) => logged.push(event),
  }
}

/** A store that is made when a drill opens it. */
const createScratch = (random: Random): ScratchSpace => {
  const name = freshStoreName()
  let wasOpened = false
  const clear = async (): Promise<void> => {
    if (!wasOpened) return
    wasOpened = false
    await (await openNamedStore(name)).destroy()
  }
  return {
    clear,
    async open() {
      await clear()
      wasOpened = true
      return openNamedStore(name)
    },
    keys: memoryVault(random),
  }
}

const estimateOf = async (store: Store) => {
  const { used, quota } = await store.estimate()
  return { used, ...(quota !== undefined && { quota }) }
}
