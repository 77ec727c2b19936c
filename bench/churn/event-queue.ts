/**
 * What will happen, earliest first: a binary heap of numbers of rows in typed arrays. Events at one moment come in the
 * order they were put.
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
  readonly put: (at: number, kind: number, a: number, b?: number) => void
  /** The earliest event, taken out; undefined when there is none before `until`. */
  readonly takeBefore: (until: number) => SimEvent | undefined
}

/** Numbers in a row: time, order, kind, a, b. */
const WIDTH = 5

/** An empty queue. */
export const createEventQueue = (): EventQueue => {
  let rows = new Float64Array(WIDTH * 65_536)
  let heap = new Int32Array(65_536)
  const free: number[] = []
  let size = 0
  let order = 0

  const isBefore = (x: number, y: number): boolean => {
    const [i, j] = [x * WIDTH, y * WIDTH]
    return rows[i]! < rows[j]! || (rows[i]! === rows[j]! && rows[i + 1]! < rows[j + 1]!)
  }

  const siftUp = (row: number): void => {
    let i = size++
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (!isBefore(row, heap[parent]!)) break
      heap[i] = heap[parent]!
      i = parent
    }
    heap[i] = row
  }

  const siftDown = (row: number): void => {
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= size) break
      if (child + 1 < size && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (!isBefore(heap[child]!, row)) break
      heap[i] = heap[child]!
      i = child
    }
    heap[i] = row
  }

  const grow = (): void => {
    const [moreRows, moreHeap] = [new Float64Array(rows.length * 2), new Int32Array(heap.length * 2)]
    moreRows.set(rows)
    moreHeap.set(heap)
    rows = moreRows
    heap = moreHeap
  }

  return {
    put: (at, kind, a, b = 0) => {
      if (size === heap.length) grow()
      // Every row below the most that were ever in use is in the heap or free.
      const row = free.pop() ?? size
      const start = row * WIDTH
      rows[start] = at
      rows[start + 1] = order++
      rows[start + 2] = kind
      rows[start + 3] = a
      rows[start + 4] = b
      siftUp(row)
    },
    takeBefore: (until) => {
      const row = heap[0]!
      const start = row * WIDTH
      if (size === 0 || rows[start]! >= until) return undefined
      free.push(row)
      size--
      if (size > 0) siftDown(heap[size]!)
      return { at: rows[start]!, kind: rows[start + 2]!, a: rows[start + 3]!, b: rows[start + 4]! }
    },
  }
}
