/** Takes exact numbers of bytes out of a stream whose chunks are cut anywhere. */

/** A stream being read; one call at a time. */
export interface ByteSource {
  /** A copy of the next `length` bytes; undefined when the stream ends before them. */
  take(length: number): Promise<Uint8Array | undefined>
  /** Whether nothing is left. */
  isAtEnd(): Promise<boolean>
  /** Lets the stream go, wherever it is. */
  close(): Promise<void>
}

/** Reads from `chunks`, asking for the next only when it is needed: memory holds one chunk and what is being taken. */
export const createByteSource = (chunks: AsyncIterable<Uint8Array>): ByteSource => {
  const iterator = chunks[Symbol.asyncIterator]()
  let chunk = new Uint8Array(0) as Uint8Array
  let offset = 0
  /** False at the end; skips empty chunks. */
  const hasMore = async (): Promise<boolean> => {
    while (offset === chunk.length) {
      const next = await iterator.next()
      if (next.done) return false
      chunk = next.value
      offset = 0
    }
    return true
  }
  const take = async (length: number): Promise<Uint8Array | undefined> => {
    const taken = new Uint8Array(length)
    for (let filled = 0; filled < length; ) {
      if (!(await hasMore())) return undefined
      const part = chunk.subarray(offset, offset + length - filled)
      taken.set(part, filled)
      filled += part.length
      offset += part.length
    }
    return taken
  }
  return {
    take,
    isAtEnd: async () => !(await hasMore()),
    close: async () => void (await iterator.return?.()),
  }
}
