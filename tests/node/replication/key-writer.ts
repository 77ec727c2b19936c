/** Writes key events of a person whose words are at hand: devices that come and go, rotations that race. */
import { applyEvent } from '../../../src/core/identity/key-apply.ts'
import { foldKeyEvents } from '../../../src/core/identity/key-chain.ts'
import type { AddDevice, RemoveDevice, SignedKeyEvent } from '../../../src/core/identity/key-event-types.ts'
import { commitmentOf, signAddDevice, signRemoveDevice, signRotate } from '../../../src/core/identity/key-events.ts'
import type { KeyState } from '../../../src/core/identity/key-state.ts'
import { rootSeed } from '../../../src/core/identity/ladder.ts'
import { wordsToEntropy } from '../../../src/core/identity/words.ts'
import type { Signer } from '../../../src/core/ports.ts'
import type { Author } from './hostile-peer.ts'

/** See the module's doc. Nothing is applied anywhere: the test hands chains over. */
export interface KeyWriter {
  /** The person's own chain, as the node that made them has it. */
  readonly chain: readonly Uint8Array[]
  /** That chain and one device more. */
  withDevice(): Promise<{ readonly chain: readonly Uint8Array[]; readonly device: Signer }>
  /** That chain and devices that come and go, in so many events; each removal names those ends of logs. */
  withDevices(events: number, logs?: RemoveDevice['logs']): Promise<readonly Uint8Array[]>
  /** A rotation right behind `chain`; two of different `time` spend one commitment. */
  rotation(chain: readonly Uint8Array[], time: number): Promise<Uint8Array>
}

const newSeed = (): Uint8Array =>
  crypto.getRandomValues(new Uint8Array(32)).map((byte, i) => (i === 0 ? byte | 1 : byte))

/** A writer of an author's key events. */
export const createKeyWriter = async (author: Author): Promise<KeyWriter> => {
  const { crypto } = author.platform
  const shown = await author.get('recovery-words', {})
  const entropy = await wordsToEntropy('words' in shown ? shown.words.join(' ') : '')
  if (!entropy.ok) throw new Error('no words')
  const chain = author.services.persons.get(author.id)!.events
  const rootAt = (rung: number): Promise<Signer> => crypto.signerFromSeed(rootSeed(entropy.value, rung))
  const root = await rootAt(0)

  const stateOf = async (events: readonly Uint8Array[]): Promise<KeyState> => {
    const folded = await foldKeyEvents(events, crypto)
    if (!folded.ok) throw new Error(folded.error.type)
    return folded.value.state
  }
  const after = (state: KeyState, signed: SignedKeyEvent<AddDevice | RemoveDevice>): KeyState => {
    const next = applyEvent(state, signed)
    if (!next) throw new Error(`a ${signed.event.kind} that does not apply`)
    return next
  }
  const addTo = async (state: KeyState) => {
    const device = await crypto.signerFromSeed(newSeed())
    const { publicKey: agreement } = await crypto.agreementFromSeed(newSeed())
    const added = { state, device: { agreement, name: 'x'.repeat(64) }, time: 1 }
    return { state: after(state, await signAddDevice(added, root, device)), device }
  }
  const removeFrom = async (state: KeyState, device: Signer, logs: RemoveDevice['logs']): Promise<KeyState> =>
    after(state, await signRemoveDevice({ state, device: device.publicKey, logs, time: 1 }, root))

  return {
    chain,
    async withDevice() {
      const { state, device } = await addTo(await stateOf(chain))
      return { chain: state.chain, device }
    },
    async withDevices(events, logs = []) {
      let state = await stateOf(chain)
      while (state.events < chain.length + events) {
        const added = await addTo(state)
        state = await removeFrom(added.state, added.device, logs)
      }
      return state.chain
    },
    async rotation(events, time) {
      const state = await stateOf(events)
      const next = commitmentOf((await rootAt(2)).publicKey)
      const rotated = await signRotate({ state, next, recovery: state.recovery, time }, await rootAt(1))
      return rotated.bytes
    },
  }
}
