/** Logs for tests. */
import { type Entry, signEntry } from '../../../src/core/logs/entry.ts'
import { lipmaaOf, needsLipmaa } from '../../../src/core/logs/lipmaa.ts'
import type { Segment } from '../../../src/core/logs/segment.ts'
import type { Signer } from '../../../src/core/ports.ts'

/** A whole log with these payloads, as one run; `endOfLog` marks its last entry. */
export const makeLog = async (
  signer: Signer,
  payloads: readonly Uint8Array[],
  { logId = 0, endOfLog = false } = {},
): Promise<Segment> => {
  const entries: Entry[] = []
  for (const [i, payload] of payloads.entries()) {
    const seq = i + 1
    const lipmaa = needsLipmaa(seq) ? entries[lipmaaOf(seq) - 1]!.hash : undefined
    const last = endOfLog && seq === payloads.length
    entries.push(
      await signEntry({ logId, seq, backlink: entries[i - 1]?.hash, lipmaa, payload, endOfLog: last }, signer),
    )
  }
  return { author: signer.publicKey, logId, firstSeq: 1, entries, payloads }
}

/** `count` payloads of `size` bytes, all different. */
export const somePayloads = (count: number, size = 20): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => Uint8Array.from({ length: size }, (_, j) => (i * 31 + j * 7) & 0xff))
