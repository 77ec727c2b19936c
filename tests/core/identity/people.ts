/** Persons for tests: root keys from a ladder of numbered seeds, devices from bytes. */
import { foldKeyEvents, type KeyFold } from '../../../src/core/identity/key-chain.ts'
import type { LogEnd, SignedKeyEvent } from '../../../src/core/identity/key-event-types.ts'
import {
  commitmentOf,
  signAddDevice,
  signInception,
  signRemoveDevice,
  signRotate,
} from '../../../src/core/identity/key-events.ts'
import type { KeyState } from '../../../src/core/identity/key-state.ts'
import { NETWORK_ZERO } from '../../../src/core/limits.ts'
import type { Signer } from '../../../src/core/ports.ts'
import { testCrypto, testSigner } from '../../support/ed25519.ts'

/** What every time field holds; nothing depends on it. */
export const TIME = 1_700_000_000_000

/** The root key at a rung. `who` tells persons apart. */
export const rootAt = (rung: number, who = 0): Promise<Signer> => testSigner(100 + 10 * who + rung)

const nextAt = async (rung: number, who: number): Promise<Uint8Array> =>
  commitmentOf((await rootAt(rung, who)).publicKey)

const recovery = new Uint8Array(32).fill(0xee)

/** An inception at rung 0. */
export const incept = async (who = 0): Promise<SignedKeyEvent> =>
  signInception({ network: NETWORK_ZERO, next: await nextAt(1, who), recovery, time: TIME }, await rootAt(0, who))

/** The fold of events that must give a state. */
export const fold = async (events: readonly SignedKeyEvent[]): Promise<KeyFold> => {
  const folded = await foldKeyEvents(
    events.map(({ bytes }) => bytes),
    testCrypto,
  )
  if (!folded.ok) throw new Error(`no state: ${folded.error.type}`)
  return folded.value
}

/** The state after a chain. */
export const stateOf = async (events: readonly SignedKeyEvent[]): Promise<KeyState> => (await fold(events)).state

/** Adds the device of `byte` behind `chain`, signed by the root at `rung`. */
export const addDevice = async (
  chain: readonly SignedKeyEvent[],
  byte: number,
  { rung = 0, who = 0, name = `device ${byte}` } = {},
): Promise<SignedKeyEvent> => {
  const agreement = (await testCrypto.agreementFromSeed(new Uint8Array(32).fill(byte))).publicKey
  const change = { state: await stateOf(chain), device: { agreement, name }, time: TIME }
  return signAddDevice(change, await rootAt(rung, who), await testSigner(byte))
}

/** Removes the device of `byte` behind `chain`. */
export const removeDevice = async (
  chain: readonly SignedKeyEvent[],
  byte: number,
  logs: readonly LogEnd[] = [],
  { rung = 0, who = 0 } = {},
): Promise<SignedKeyEvent> => {
  const device = (await testSigner(byte)).publicKey
  return signRemoveDevice({ state: await stateOf(chain), device, logs, time: TIME }, await rootAt(rung, who))
}

/** Rotates to `rung` behind `chain`; `time` makes two rotations of one commitment differ. */
export const rotate = async (
  chain: readonly SignedKeyEvent[],
  rung: number,
  { who = 0, time = TIME } = {},
): Promise<SignedKeyEvent> => {
  const next = await nextAt(rung + 1, who)
  return signRotate({ state: await stateOf(chain), next, recovery, time }, await rootAt(rung, who))
}

/** A chain of an inception and devices. */
export const personWith = async (...devices: readonly number[]): Promise<SignedKeyEvent[]> => {
  const chain = [await incept()]
  for (const byte of devices) chain.push(await addDevice(chain, byte))
  return chain
}
