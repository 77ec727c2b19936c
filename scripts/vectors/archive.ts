/** The vectors of docs/protocol/90-notes-and-transfer.md: `npx tsx scripts/vectors/archive.ts`. */
import { type Cid, cidToString, dagCborCid, rawCid } from '../../src/core/blocks/cid.ts'
import { bytesToHex, utf8Encode } from '../../src/core/bytes.ts'
import { decodeCbor, encodeCbor } from '../../src/core/cbor.ts'
import { NETWORK_ZERO } from '../../src/core/limits.ts'
import { type ArchiveRoot, encodeArchiveRoot } from '../../src/node-worker/transfer/archive-root.ts'
import { writeVector } from './write-vector.ts'

const event = (text: string): Cid => dagCborCid(encodeCbor({ text }))
const segment = (text: string): Cid => rawCid(utf8Encode(text))

const small: ArchiveRoot = {
  person: cidToString(event('inception')),
  network: NETWORK_ZERO,
  created: 1_700_000_000_000,
  events: [event('inception')],
  proof: [],
  records: [],
  logs: [],
}
const full: ArchiveRoot = {
  ...small,
  events: [event('inception'), event('add-device')],
  proof: [event('rotate'), event('other rotate')],
  records: [event('locator'), event('secret')],
  logs: [
    { device: new Uint8Array(32).fill(1), log: 2, seq: 3, hash: new Uint8Array(64).fill(2), segments: [segment('a')] },
    {
      device: new Uint8Array(32).fill(1),
      log: 0,
      seq: 2000,
      hash: new Uint8Array(64).fill(3),
      segments: [segment('b'), segment('c')],
    },
  ],
}

const texts = (cids: readonly Cid[]): string[] => cids.map(cidToString)

const rootCase = (name: string, root: ArchiveRoot) => {
  const bytes = encodeArchiveRoot(root)
  return {
    name,
    root: {
      ...root,
      network: bytesToHex(root.network),
      events: texts(root.events),
      proof: texts(root.proof),
      records: texts(root.records),
      logs: root.logs.map((log) => ({
        ...log,
        device: bytesToHex(log.device),
        hash: bytesToHex(log.hash),
        segments: texts(log.segments),
      })),
    },
    hex: bytesToHex(bytes),
    cid: cidToString(dagCborCid(bytes)),
  }
}

/** The full root with some of its fields changed. */
const changed = (name: string, error: string, change: Record<string, unknown>) => {
  const decoded = decodeCbor(encodeArchiveRoot(full), 1 << 18)
  if (!decoded.ok) throw new Error(decoded.error.reason)
  return { name, error, hex: bytesToHex(encodeCbor({ ...(decoded.value as object), ...change })) }
}

await writeVector('archive', {
  description: 'Roots of archives. In `root` CIDs are texts and bytes are hex; `hex` is the dag-cbor, `cid` its name.',
  cases: [rootCase('a person without logs', small), rootCase('all fields', full)],
  refused: [
    changed('another version', 'unknown-version', { version: 2 }),
    changed('another type', 'malformed', { type: 'kith/other' }),
    changed('no key events', 'malformed', { events: [] }),
    changed('a person who is no CID', 'malformed', { person: small.person }),
    changed('a short network', 'malformed', { network: new Uint8Array(31) }),
    changed('a proof of three', 'malformed', { proof: [event('1'), event('2'), event('3')] }),
    changed('a record that is no CID', 'malformed', { records: ['x'] }),
    changed('too many logs', 'malformed', { logs: Array.from({ length: 129 }, () => full.logs[0]) }),
    changed('a log with a field too many', 'malformed', { logs: [{ ...full.logs[0], more: 1 }] }),
    changed('a field too many', 'malformed', { more: 1 }),
  ],
})
