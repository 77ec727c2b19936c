/** What is simulated: the table of docs/placement.md. */
import { priceBytes, type Redundancy } from '../../src/core/placement/redundancy.ts'
import { SLOT } from './population.ts'
import type { Scenario } from './world.ts'

/** A scenario with the name of its row. */
export interface NamedScenario {
  readonly name: string
  readonly scenario: Scenario
}

/** How large a network is simulated, and from which seed. */
export interface Scale {
  readonly devices: number
  readonly items: number
  readonly seed: number
}

/** What the issue asks for. */
export const FULL: Scale = { devices: 10_000, items: 100_000, seed: 1 }

/** The same with a tenth of everything. */
export const QUICK: Scale = { devices: 1000, items: 10_000, seed: 1 }

/** Part of a family's browsers that lose everything on one day. */
const EVICTED = 0.2

const SCHEMES: readonly (readonly [string, Redundancy])[] = [
  ['R = 2', { kind: 'copies', copies: 2 }],
  ['R = 3', { kind: 'copies', copies: 3 }],
  ['R = 5', { kind: 'copies', copies: 5 }],
  ['4 of 12', { kind: 'shards', needed: 4, total: 12 }],
  ['8 of 24', { kind: 'shards', needed: 8, total: 24 }],
]

/** Three ways to keep three times as much. */
const SAME_PRICE = SCHEMES.filter(([, redundancy]) => priceBytes(redundancy, SLOT) === 3 * SLOT)

const THREE: Redundancy = { kind: 'copies', copies: 3 }

/** All rows at a scale. */
export const scenariosAt = (scale: Scale): NamedScenario[] => {
  const base = { ...scale, days: 90, repair: true, evicted: 0 }
  const row = (name: string, facts: Partial<Scenario> & { readonly redundancy: Redundancy }): NamedScenario => ({
    name,
    scenario: { ...base, ...facts },
  })
  return [
    ...SCHEMES.map(([name, redundancy]) => row(name, { redundancy })),
    ...SAME_PRICE.map(([name, redundancy]) =>
      row(`${name}, a fifth of a family evicted`, { redundancy, evicted: EVICTED }),
    ),
    row('R = 3, the own copy counted and wiped on the first day', { redundancy: THREE, placed: 2 }),
    row('R = 3, nobody repairs', { redundancy: THREE, repair: false }),
  ]
}
