/** Person ids: CIDv1, dag-cbor, sha2-256, base32 ([I1]). */
import { CID_TEXT_LENGTH, type Cid, Codec, cidToString, isBlockCid, parseCid } from '../blocks/cid.ts'
import { type Malformed, malformed, ok, type Result } from '../result.ts'
import type { PersonId } from './key-event-types.ts'

/** Whether a decoded value is a CID that a key event can have. */
export const isKeyEventCid = (value: unknown): value is Cid => isBlockCid(value) && value.code === Codec.dagCbor

/** Reads a person id in exactly its one spelling. */
export const parsePersonId = (text: string): Result<PersonId, Malformed<'person-id'>> => {
  if (text.length !== CID_TEXT_LENGTH) return malformed('person-id', `${CID_TEXT_LENGTH} characters expected`)
  const cid = parseCid(text)
  if (!cid.ok || !isKeyEventCid(cid.value) || cidToString(cid.value) !== text) {
    return malformed('person-id', 'not the CID of a key event')
  }
  return ok(text)
}
