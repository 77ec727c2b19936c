/** Which device holds a piece of which item, in typed arrays that can be read from both sides. */

/** A piece is a number: item × width + place in the item's row. */
export interface Pieces {
  readonly items: number
  /** The device of a piece, −1 for none. */
  readonly deviceOf: (piece: number) => number
  readonly itemOf: (piece: number) => number
  /** When the device took it. */
  readonly takenAt: (piece: number) => number
  /** All pieces of an item that devices are known to have, alive or silent. */
  readonly ofItem: (item: number) => number[]
  /** How many of an item's pieces are at devices that pass the test. */
  readonly countOfItem: (item: number, test: (device: number) => boolean) => number
  /** All pieces at a device. */
  readonly atDevice: (device: number) => readonly number[]
  /** Puts a piece; undefined when the row is full. */
  readonly put: (item: number, device: number, now: number) => number | undefined
  readonly remove: (piece: number) => void
}

/** An empty table for `items` items with up to `width` pieces each. */
export const createPieces = (items: number, width: number): Pieces => {
  const device = new Int32Array(items * width).fill(-1)
  const since = new Float64Array(items * width)
  /** Where in the list of its device a piece stands. */
  const position = new Int32Array(items * width)
  const lists = new Map<number, number[]>()

  const listOf = (of: number): number[] => {
    const known = lists.get(of)
    if (known) return known
    const list: number[] = []
    lists.set(of, list)
    return list
  }

  return {
    items,
    deviceOf: (piece) => device[piece]!,
    itemOf: (piece) => (piece / width) | 0,
    takenAt: (piece) => since[piece]!,
    ofItem: (item) => {
      const found: number[] = []
      for (let piece = item * width; piece < (item + 1) * width; piece++) if (device[piece]! >= 0) found.push(piece)
      return found
    },
    countOfItem: (item, test) => {
      let count = 0
      for (let piece = item * width; piece < (item + 1) * width; piece++) {
        const at = device[piece]!
        if (at >= 0 && test(at)) count++
      }
      return count
    },
    atDevice: (of) => lists.get(of) ?? [],
    put: (item, at, now) => {
      for (let piece = item * width; piece < (item + 1) * width; piece++) {
        if (device[piece]! >= 0) continue
        device[piece] = at
        since[piece] = now
        position[piece] = listOf(at).push(piece) - 1
        return piece
      }
      return undefined
    },
    remove: (piece) => {
      const list = listOf(device[piece]!)
      const last = list.pop()!
      if (last !== piece) {
        list[position[piece]!] = last
        position[last] = position[piece]!
      }
      device[piece] = -1
    },
  }
}
