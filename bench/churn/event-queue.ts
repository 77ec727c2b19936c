/**
 * What will happen, earliest first: a calendar queue (Brown 1988) with a bucket for every minute up to a horizon, rows in
 * typed arrays. A bucket is sorted when its minute begins. Events at one moment come in the order they were put.
 */

/** An event: when, what kind, and two numbers that the kind gives a meaning. */
export interface SimEvent {
  readonly at: number
  readonly kind: number
  readonly a: number
  readonly b: number
}

/** A queue that grows as needed. */
export interface EventQueue {
  /** What lies behind the horizon is dropped; what lies before the last event taken happens next. */
  readonly put: (at: number, kind: number, a: number, b?: number) => void
  /** The earliest event, taken out; undefined when there is none before the horizon. */
  readonly take: () => SimEvent | undefined
}

const BUCKET_MS = 60_000

/** An empty queue for the times from 0 to `horizon`. */
export const createEventQueue = (horizon: number): EventQueue => {
  /** The first row of each bucket, −1 for none; the others follow by `next`. */
  const first = new Int32Array(Math.ceil(horizon / BUCKET_MS) + 1).fill(-1)
  let times = new Float64Array(65_536)
  /** Order, kind, a, b of each row. */
  let facts = new Int32Array(4 * 65_536)
  let next = new Int32Array(65_536)
  const free: number[] = []
  let used = 0
  let order = 0
  let bucket = -1
  /** Rows of the bucket that is open, latest first. */
  const open: number[] = []

  const compare = (x: number, y: number): number => times[y]! - times[x]! || facts[4 * y]! - facts[4 * x]!

  const grow = (): void => {
    const size = times.length * 2
    const [moreTimes, moreFacts, moreNext] = [new Float64Array(size), new Int32Array(4 * size), new Int32Array(size)]
    moreTimes.set(times)
    moreFacts.set(facts)
    moreNext.set(next)
    times = moreTimes
    facts = moreFacts
    next = moreNext
  }

  const newRow = (at: number, kind: number, a: number, b: number): number => {
    if (free.length === 0 && used === times.length) grow()
    const row = free.pop() ?? used++
    times[row] = at
    facts[4 * row] = order++
    facts[4 * row + 1] = kind
    facts[4 * row + 2] = a
    facts[4 * row + 3] = b
    return row
  }

  const insert = (row: number): void => {
    let i = open.length
    while (i > 0 && compare(open[i - 1]!, row) > 0) i--
    open.splice(i, 0, row)
  }

  const openNext = (): boolean => {
    while (++bucket < first.length) {
      for (let row = first[bucket]!; row >= 0; row = next[row]!) open.push(row)
      if (open.length === 0) continue
      open.sort(compare)
      return true
    }
    return false
  }

  return {
    put: (at, kind, a, b = 0) => {
      if (at >= horizon) return
      const row = newRow(at, kind, a, b)
      const index = Math.floor(at / BUCKET_MS)
      if (index <= bucket) {
        insert(row)
        return
      }
      next[row] = first[index]!
      first[index] = row
    },
    take: () => {
      if (open.length === 0 && !openNext()) return undefined
      const row = open.pop()!
      free.push(row)
      return { at: times[row]!, kind: facts[4 * row + 1]!, a: facts[4 * row + 2]!, b: facts[4 * row + 3]! }
    },
  }
}
