/** A Blob as chunks. Slices rather than `stream()`: not every engine can iterate over a stream. */

/** Bytes read at a time. */
const CHUNK_BYTES = 262_144

/** The bytes of a Blob in order; `onRead` is told how many were read so far. */
export async function* chunksOf(blob: Blob, onRead: (bytes: number) => void = () => {}): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < blob.size; start += CHUNK_BYTES) {
    const chunk = new Uint8Array(await blob.slice(start, start + CHUNK_BYTES).arrayBuffer())
    onRead(start + chunk.length)
    yield chunk
  }
}
