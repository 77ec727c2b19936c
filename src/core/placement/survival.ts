/** "Would survive a wipe now: yes or no, because …". Rule PL21 of docs/protocol/96-placement.md. */
import { type HolderSigns, type Liveness, livenessOf } from './liveness.ts'
import type { Id, Place } from './placement-types.ts'
import { neededOf, piecesOf, type Redundancy } from './redundancy.ts'

/** One holder of one piece: who it is, and what was seen of it. */
export interface Holding extends Place {
  readonly signs: HolderSigns
}

/** What is known of one item. */
export interface ItemCopies {
  readonly redundancy: Redundancy
  readonly owner: Id
  readonly holders: readonly Holding[]
}

/** The answer for one item. `live` counts persons other than the owner. */
export type Survival =
  | {
      readonly survives: true
      readonly live: number
      readonly wanted: number
      /** Why it is no plain yes. */
      readonly caution: 'fewer-than-wanted' | 'one-family' | undefined
    }
  | {
      readonly survives: false
      readonly live: number
      readonly needed: number
      /**
       * `nowhere-else`: no other person holds a piece; `too-few-pieces`: some are alive, but not as many as give the item
       * back; otherwise what is the matter with the holder that last counted.
       */
      readonly because: 'nowhere-else' | 'too-few-pieces' | Exclude<Liveness, 'alive'>
    }

/** Whether an item would come back if everything of its owner's were gone now. */
export const wouldSurviveWipe = ({ redundancy, owner, holders }: ItemCopies, now: number): Survival => {
  const others = holders.filter(({ person }) => person !== owner)
  const alive = others.filter(({ signs }) => livenessOf(signs, now) === 'alive')
  const live = new Set(alive.map(({ person }) => person)).size
  const needed = neededOf(redundancy)
  if (live < needed) return { survives: false, live, needed, because: whyNot(others, live, now) }
  return { survives: true, live, wanted: piecesOf(redundancy), caution: cautionOf(redundancy, alive, live) }
}

const whyNot = (others: readonly Holding[], live: number, now: number) => {
  if (others.length === 0) return 'nowhere-else' as const
  if (live > 0) return 'too-few-pieces' as const
  const last = others.reduce((a, b) => (b.signs.lastSeen > a.signs.lastSeen ? b : a))
  const verdict = livenessOf(last.signs, now)
  return verdict === 'alive' ? 'too-few-pieces' : verdict
}

/** A family that takes all it has must leave as many pieces as give the item back. */
const cautionOf = (redundancy: Redundancy, alive: readonly Holding[], live: number) => {
  if (live < piecesOf(redundancy)) return 'fewer-than-wanted' as const
  const families = new Set(alive.map(({ family }) => family))
  families.delete(undefined)
  const endangered = [...families].some(
    (family) => alive.filter((holding) => holding.family !== family).length < neededOf(redundancy),
  )
  return endangered ? ('one-family' as const) : undefined
}

/** The answer for everything that somebody keeps. */
export type OverallSurvival<Item> =
  | { readonly survives: true; readonly items: number; readonly cautions: number }
  | { readonly survives: false; readonly items: number; readonly lost: readonly Lost<Item>[] }

/** An item that would be lost, and why. */
export interface Lost<Item> {
  readonly item: Item
  readonly survival: Survival & { readonly survives: false }
}

/** Yes only when every item is a yes; nothing kept is a yes. */
export const allWouldSurviveWipe = <Item extends ItemCopies>(
  items: readonly Item[],
  now: number,
): OverallSurvival<Item> => {
  const lost: Lost<Item>[] = []
  let cautions = 0
  for (const item of items) {
    const survival = wouldSurviveWipe(item, now)
    if (!survival.survives) lost.push({ item, survival })
    else if (survival.caution) cautions++
  }
  if (lost.length > 0) return { survives: false, items: items.length, lost }
  return { survives: true, items: items.length, cautions }
}
