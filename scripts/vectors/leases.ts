/** The vectors of docs/protocol/98-leases.md: `npx tsx scripts/vectors/leases.ts`. */

import { cidToString, dagCborCid } from '../../src/core/blocks/cid.ts'
import { bytesToHex } from '../../src/core/bytes.ts'
import { encodeCbor } from '../../src/core/cbor.ts'
import { MAX_STATEMENT_BYTES } from '../../src/core/economy/economy-limits.ts'
import {
  encodeLeaseMessage,
  MAX_LEASES_PER_MESSAGE,
  MAX_RECEIPTS_PER_MESSAGE,
} from '../../src/core/sync/lease-codec.ts'
import type { LeaseHolderMessage, OwnerMessage } from '../../src/core/sync/lease-messages.ts'
import { writeVector } from './write-vector.ts'

type Side = 'owner' | 'holder'

const filled = (length: number, byte: number): Uint8Array => new Uint8Array(length).fill(byte)
const many = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item)
const [id, other] = [filled(32, 1), filled(32, 2)]
const statement = filled(40, 7)
const person = cidToString(dagCborCid(encodeCbor('a person')))

/** JSON has no bytes: `hex:` and their digits stand for them. */
const readable = (message: object): unknown =>
  JSON.parse(JSON.stringify(message, (_, value) => (value instanceof Uint8Array ? `hex:${bytesToHex(value)}` : value)))

const said = (side: Side, message: OwnerMessage | LeaseHolderMessage, name: string = message.type) => ({
  name,
  side,
  message: readable(message),
  hex: bytesToHex(encodeLeaseMessage(message)),
})
const refused = (name: string, side: Side, error: string, value: unknown) => ({
  name,
  side,
  error,
  hex: bytesToHex(encodeCbor(value)),
})
const malformed = (name: string, side: Side, message: object) => refused(name, side, 'malformed', [1, message])

await writeVector('lease-messages', {
  description:
    'Messages on the stream kith/lease; `side` says who sends them. In `message`, `hex:…` stands for bytes; statements are made up.',
  cases: [
    said('owner', { type: 'ask-room' }),
    said('owner', { type: 'sign', leases: [id, other] }),
    said('owner', { type: 'end', statement }),
    said('owner', { type: 'challenge', statement }),
    said('holder', { type: 'room', steps: 4096, availability: 'tab', family: 'firefox' }),
    said('holder', { type: 'room', steps: 0, availability: 'host', family: null }, 'room, of a process without any'),
    said('holder', { type: 'signed', receipts: [statement] }),
    said('holder', { type: 'refused', leases: [id], reason: 'over-ration', missing: 12 }),
    said('holder', { type: 'notice', statement }),
    said('holder', { type: 'proof', statement }),
    said('owner', { type: 'claim', owner: person, ticket: 4_294_967_295, at: 1_800_000_000_000 }),
    said('owner', { type: 'substitute', owner: person, leases: [id, other] }),
    said('holder', { type: 'substituting', leases: [id] }),
  ],
  refused: [
    refused('another version', 'owner', 'unknown-version', [2, { type: 'ask-room' }]),
    refused('something behind the message', 'owner', 'malformed', [1, { type: 'ask-room' }, 0]),
    malformed('a message of the other side', 'owner', { type: 'proof', statement }),
    malformed('a ticket that nobody draws', 'owner', { type: 'claim', owner: person, ticket: 2 ** 32, at: 0 }),
    malformed('an owner who is none', 'owner', { type: 'substitute', owner: 'somebody', leases: [id] }),
    malformed('a field more', 'owner', { type: 'ask-room', more: 1 }),
    malformed('an id of too few bytes', 'owner', { type: 'sign', leases: [id.subarray(1)] }),
    malformed('too many leases', 'owner', { type: 'sign', leases: many(MAX_LEASES_PER_MESSAGE + 1, id) }),
    malformed('a statement that is too long', 'owner', { type: 'end', statement: filled(MAX_STATEMENT_BYTES + 1, 0) }),
    malformed('a class that there is not', 'holder', { type: 'room', steps: 1, availability: 'moon', family: null }),
    malformed('less than no room', 'holder', { type: 'room', steps: -1, availability: 'tab', family: null }),
    malformed('too many receipts', 'holder', { type: 'signed', receipts: many(MAX_RECEIPTS_PER_MESSAGE + 1, id) }),
  ],
})
