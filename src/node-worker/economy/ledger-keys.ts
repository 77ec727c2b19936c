/**
 * Keys of the persons whom the ledger names, at hand without waiting: balances are asked for in the middle of things.
 * Of those who are not followed here they are kept with the statements, which would count for nothing without them.
 */
import type { KeyState } from '../../core/identity/key-state.ts'
import type { Result } from '../../core/result.ts'
import type { Persons } from '../person/persons.ts'
import type { KeptKeys } from './ledger-rows.ts'

/** Persons whom one statement can name: owner, holder and challenger. */
const MAX_PERSONS_NAMED = 3

/** See the module's doc. */
export interface LedgerKeys {
  /** The keys as they were last learned. */
  get(person: string): KeyState | undefined
  /** Reads the keys of persons again. */
  learn(persons: Iterable<string>): Promise<void>
  /** Keys of those persons that are kept nowhere else, or are newer than when they were last kept. */
  unkept(persons: Iterable<string>): Promise<readonly KeptKeys[]>
  /** Notes what is kept now. */
  kept(keys: readonly KeptKeys[]): void
  /** Takes in what was kept before. */
  restore(keys: readonly KeptKeys[]): Promise<void>
  /** Those whose keys are kept, without `needed`: they are kept no longer. */
  forget(needed: ReadonlySet<string>): readonly string[]
  /** Runs a judgement with the newest keys of everybody it asks for. */
  judge<T, E extends { readonly type: string }>(
    run: (keys: (person: string) => KeyState | undefined) => Promise<Result<T, E>>,
  ): Promise<Result<T, E>>
}

/** A rotation may take the place of as many events as it brings, so they are not counted. */
const tokenOf = ({ newest, proof }: KeyState): string => `${newest} ${proof.length}`

/** Over the persons that are known here. */
export const createLedgerKeys = (persons: Pick<Persons, 'get' | 'keyState' | 'applyKeyEvents'>): LedgerKeys => {
  const states = new Map<string, KeyState>()
  /** What is kept of whom, by {@link tokenOf}, and what was last handed out to be kept. */
  const tokens = new Map<string, string>()
  const handedOut = new Map<string, string>()
  return {
    get: (person) => states.get(person),
    async learn(named) {
      for (const person of new Set(named)) {
        const state = await persons.keyState(person)
        if (state) states.set(person, state)
        // Strangers are forgotten when there are many; what was known of them stays true.
        else if (persons.get(person)?.relation === 'blocked') states.delete(person)
      }
    },
    async unkept(named) {
      const found: KeptKeys[] = []
      for (const person of new Set(named)) {
        const state = persons.get(person) ? undefined : await persons.keyState(person)
        if (!state || tokenOf(state) === tokens.get(person)) continue
        handedOut.set(person, tokenOf(state))
        found.push({ person, events: [...state.chain, ...state.proof] })
      }
      return found
    },
    kept(keys) {
      for (const { person } of keys) tokens.set(person, handedOut.get(person)!)
    },
    async restore(keys) {
      for (const { person, events } of keys) {
        await persons.applyKeyEvents(person, events)
        const state = await persons.keyState(person)
        if (state) states.set(person, state)
        tokens.set(person, state ? tokenOf(state) : '')
      }
    },
    forget(needed) {
      const gone = [...tokens.keys()].filter((person) => !needed.has(person))
      for (const person of gone) tokens.delete(person)
      return gone
    },
    async judge(run) {
      const fresh = new Map<string, KeyState>()
      for (let named = 0; ; named++) {
        let asked: string | undefined
        const verdict = await run((person) => {
          if (!fresh.has(person)) asked = person
          return fresh.get(person)
        })
        const state = asked === undefined || named === MAX_PERSONS_NAMED ? undefined : await persons.keyState(asked)
        if (verdict.ok || asked === undefined || !state) return verdict
        fresh.set(asked, state)
      }
    },
  }
}
