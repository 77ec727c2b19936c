/** Payloads of a ledger log: pledges and leases as dag-cbor bodies inside the payload of their entry. */
import { CID } from 'multiformats/cid'
import { isBlockCid } from '../blocks/cid.ts'
import { isBytes, isCount, isRecord } from '../cbor.ts'
import { isKeyEventCid } from '../identity/person-id.ts'
import { AUTHOR_BYTES } from '../logs/entry.ts'
import { MAX_SEQ } from '../logs/lipmaa.ts'
import { logKind } from '../logs/log-id.ts'
import { createPayload, decodePayload, encodePayload, type Payload } from '../logs/payload.ts'
import { MAX_PIECES } from '../placement/redundancy.ts'
import { STORAGE_KEY_BYTES } from '../records/storage-key.ts'
import { type Malformed, malformed, ok, type Result } from '../result.ts'
import { type Shape, shapeMismatch } from '../shape.ts'
import { type UnknownVersion, unknownVersion } from '../version.ts'
import { MAX_LEASED_BYTES, MAX_LEDGER_PAYLOAD_BYTES, MAX_SLOTS, MAX_TERM } from './economy-limits.ts'
import { MERKLE_HASH_BYTES } from './merkle.ts'
import {
  type Lease,
  type LedgerBody,
  LedgerType,
  type PersonDevice,
  type Pledge,
  STATEMENT_VERSION,
  type Subject,
} from './statement-types.ts'

/** Why bytes are no payload of a ledger log. */
export type LedgerBodyError = Malformed<'ledger' | 'payload'> | UnknownVersion<'ledger' | 'payload'>

/** A payload of a ledger log: where it was said, and what. */
export type LedgerPayload = LedgerBody & Pick<Payload, 'network' | 'group'>

const isVersion = (value: unknown): boolean => value === STATEMENT_VERSION
const isDevice = (value: unknown): boolean => isBytes(value, AUTHOR_BYTES)
const isMap = (shape: Shape) => (value: unknown) => isRecord(value) && shapeMismatch(shape, value) === undefined

const SUBJECTS: Readonly<Record<Subject['kind'], Shape>> = {
  block: { kind: () => true, cid: isBlockCid, root: (value) => isBytes(value, MERKLE_HASH_BYTES) },
  log: {
    kind: () => true,
    device: isDevice,
    log: (value) => isCount(value) && logKind(value) !== undefined,
    seq: (value) => isCount(value, MAX_SEQ) && value > 0,
  },
  record: { kind: () => true, key: (value) => isBytes(value, STORAGE_KEY_BYTES) },
}

const isSubject = (value: unknown): boolean =>
  isRecord(value) &&
  typeof value.kind === 'string' &&
  Object.hasOwn(SUBJECTS, value.kind) &&
  shapeMismatch(SUBJECTS[value.kind as Subject['kind']], value) === undefined

const SHAPES: Readonly<Record<LedgerBody['type'], Shape>> = {
  [LedgerType.pledge]: {
    version: isVersion,
    person: isKeyEventCid,
    slots: (value) => isCount(value, MAX_SLOTS),
  },
  [LedgerType.lease]: {
    version: isVersion,
    person: isKeyEventCid,
    subject: isSubject,
    size: (value) => isCount(value),
    copies: (value) => isCount(value, MAX_PIECES),
    holder: isMap({ person: isKeyEventCid, device: isDevice }),
    time: (value) => isCount(value),
    ends: (value) => isCount(value),
  },
}

/** [Q7] Why a lease whose fields have their types is none all the same. */
const leaseMismatch = ({ subject, size, time, ends }: Lease): string | undefined => {
  const most = MAX_LEASED_BYTES[subject.kind]
  if (size > most) return `size ${size}, at most ${most} for a ${subject.kind}`
  // Blocks can be empty; a log or a record of no bytes is none.
  if (size === 0 && subject.kind !== 'block') return `size 0 for a ${subject.kind}`
  return ends > time && ends - time <= MAX_TERM ? undefined : `a term of ${ends - time} ms`
}

/** The body of a payload as dag-cbor holds it: CIDs are links, not texts. */
export const ledgerFields = ({ type, body }: LedgerBody): Record<string, unknown> =>
  type === LedgerType.pledge
    ? { ...body, person: CID.parse(body.person) }
    : {
        ...body,
        person: CID.parse(body.person),
        holder: { ...body.holder, person: CID.parse(body.holder.person) },
      }

const toLease = (fields: Record<string, unknown>): Lease => {
  const holder = fields.holder as Record<string, unknown>
  return {
    ...(fields as unknown as Lease),
    person: String(fields.person),
    holder: { ...(holder as unknown as PersonDevice), person: String(holder.person) },
  }
}

/**
 * The payload bytes of a pledge or lease; `salt` as in {@link createPayload}.
 * @throws {RangeError} a body that {@link decodeLedgerPayload} would refuse
 */
export const encodeLedgerPayload = (
  body: LedgerBody,
  salt: Uint8Array,
  scope: { readonly network?: Uint8Array; readonly group?: Uint8Array } = {},
): Uint8Array => {
  const bytes = encodePayload(createPayload(body.type, ledgerFields(body), salt, scope))
  const decoded = decodeLedgerPayload(bytes)
  if (!decoded.ok) throw new RangeError(`"body" expected a pledge or lease: ${JSON.stringify(decoded.error)}`)
  return bytes
}

const refuse = (reason: string) => malformed('ledger', reason)

const decodeBody = ({ type, body: fields }: Payload): Result<LedgerBody, LedgerBodyError> => {
  if (!isRecord(fields) || !Object.hasOwn(SHAPES, type)) return refuse(`no body of the type "${type}"`)
  if (!isCount(fields.version)) return refuse('no version')
  if (fields.version !== STATEMENT_VERSION) return unknownVersion('ledger', fields.version, STATEMENT_VERSION)
  const mismatch = shapeMismatch(SHAPES[type as LedgerBody['type']], fields)
  if (mismatch !== undefined) return refuse(mismatch)
  if (type === LedgerType.pledge) {
    return ok({ type, body: { ...(fields as unknown as Pledge), person: String(fields.person) } })
  }
  const body = toLease(fields)
  const wrong = leaseMismatch(body)
  return wrong === undefined ? ok({ type: LedgerType.lease, body }) : refuse(wrong)
}

/** [Q5] The pledge or lease in the bytes of a payload. */
export const decodeLedgerPayload = (bytes: Uint8Array): Result<LedgerPayload, LedgerBodyError> => {
  if (bytes.length > MAX_LEDGER_PAYLOAD_BYTES) {
    return refuse(`${bytes.length} bytes, at most ${MAX_LEDGER_PAYLOAD_BYTES} allowed`)
  }
  const payload = decodePayload(bytes)
  if (!payload.ok) return payload
  const body = decodeBody(payload.value)
  const { network, group } = payload.value
  return body.ok ? ok({ ...body.value, network, group }) : body
}
