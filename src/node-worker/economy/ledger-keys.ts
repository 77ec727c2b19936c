/** Keys of the persons whom the ledger names, at hand without waiting: balances are asked for in the middle of things. */
import type { KeyState } from '../../core/identity/key-state.ts'
import type { Result } from '../../core/result.ts'
import type { Persons } from '../person/persons.ts'

/** Persons whom one statement can name: owner, holder and challenger. */
const MAX_PERSONS_NAMED = 3

/** See the module's doc. */
export interface LedgerKeys {
  /** The keys as they were last learned. */
  get(person: string): KeyState | undefined
  /** Reads the keys of persons again. */
  learn(persons: Iterable<string>): Promise<void>
  /** Runs a judgement with the newest keys of everybody it asks for. */
  judge<T, E extends { readonly type: string }>(
    run: (keys: (person: string) => KeyState | undefined) => Promise<Result<T, E>>,
  ): Promise<Result<T, E>>
}

/** Over the persons that are known here. */
export const createLedgerKeys = (persons: Pick<Persons, 'keyState'>): LedgerKeys => {
  const states = new Map<string, KeyState>()
  return {
    get: (person) => states.get(person),
    async learn(named) {
      for (const person of new Set(named)) {
        const state = await persons.keyState(person)
        if (state) states.set(person, state)
        else states.delete(person)
      }
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
