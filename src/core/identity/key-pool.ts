/** All key events of one person that a reader has in hand, by CID and by what they follow. */
import type { Rotate, SignedKeyEvent } from './key-event-types.ts'

/** An index over decoded events; nothing in it has been verified. */
export interface KeyPool {
  readonly byCid: ReadonlyMap<string, SignedKeyEvent>
  /** Events that name this CID as the one before, in the order of their own CIDs. */
  following(cid: string): readonly SignedKeyEvent[]
  readonly rotations: readonly SignedKeyEvent<Rotate>[]
  /** CIDs that are named as the event before and are not here. */
  missing(): string[]
}

const isRotation = (signed: SignedKeyEvent): signed is SignedKeyEvent<Rotate> => signed.event.kind === 'rotate'

const groupByPrevious = (events: readonly SignedKeyEvent[]): Map<string, SignedKeyEvent[]> => {
  const groups = new Map<string, SignedKeyEvent[]>()
  for (const signed of events) {
    if (signed.event.kind === 'inception') continue
    const { previous } = signed.event
    groups.set(previous, [...(groups.get(previous) ?? []), signed])
  }
  return groups
}

/** The order of arrival decides nothing. */
const byCidText = (a: SignedKeyEvent, b: SignedKeyEvent): number => (a.cid < b.cid ? -1 : a.cid > b.cid ? 1 : 0)

/** Keeps the events of `person`, each once. */
export const createKeyPool = (person: string, events: readonly SignedKeyEvent[]): KeyPool => {
  const own = events.filter(({ event, cid }) => (event.kind === 'inception' ? cid : event.person) === person)
  const byCid = new Map(own.map((signed) => [signed.cid, signed]))
  const sorted = [...byCid.values()].sort(byCidText)
  const following = groupByPrevious(sorted)
  return {
    byCid,
    following: (cid) => following.get(cid) ?? [],
    rotations: sorted.filter(isRotation),
    missing: () => [...following.keys()].filter((cid) => !byCid.has(cid)),
  }
}
