/** Records out of a device and into it. The host judges what can be judged without knowing anybody's key events. */

import type { IncomingMessage } from 'node:http'
import { base32Encode, equalBytes } from '../../core/bytes.ts'
import { GROUP_ZERO, NETWORK_ZERO } from '../../core/limits.ts'
import type { Clock, Verifier } from '../../core/ports.ts'
import { decodeRecord, MAX_RECORD_BYTES } from '../../core/records/record.ts'
import type { RecordRefusal, SignedRecord } from '../../core/records/record-types.ts'
import { verifySignedBy } from '../../core/records/verify-record.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { readBody } from './body.ts'
import type { Visit } from './callers.ts'
import type { Device, Devices } from './devices.ts'
import { type DoorAnswer, INERT, jsonPage } from './door-answer.ts'
import { namesTag } from './ranges.ts'
import { type Refusal, type RefusalCode, refuse } from './refusals.ts'

/** What records are judged by. */
export interface RecordPorts {
  readonly devices: Devices
  readonly verifier: Verifier
  readonly clock: Clock
}

/** Which record of which device. */
interface Place {
  readonly device: Uint8Array
  readonly key: Uint8Array
}

/** Hosts introduce in the default network and group only. */
const SCOPE = { network: NETWORK_ZERO, group: GROUP_ZERO } as const

const REFUSED: Readonly<Record<RecordRefusal['type'], RefusalCode>> = {
  forged: 'forged',
  expired: 'expired-record',
  'wrong-network': 'wrong-network',
  'wrong-group': 'wrong-group',
  'not-a-device': 'not-a-device',
  'unknown-key-event': 'unknown-key-event',
}

/** Form, key and signature of a record. */
const judge = async (
  bytes: Uint8Array,
  key: Uint8Array,
  { verifier, clock }: RecordPorts,
): Promise<Result<SignedRecord, Refusal>> => {
  const signed = decodeRecord(bytes)
  if (!signed.ok) return refuse(signed.error.type === 'unknown-version' ? 'unknown-version' : 'malformed-record')
  if (!equalBytes(signed.value.record.key, key)) return refuse('wrong-key')
  const verdict = await verifySignedBy(signed.value, { verifier, now: clock.now(), ...SCOPE })
  return verdict.ok ? ok(signed.value) : err({ code: REFUSED[verdict.error.type] })
}

/** GET and HEAD of `/at/DEVICE/k/KEY`. */
export const answerRecord = async (
  place: Place,
  request: IncomingMessage,
  visit: Visit,
  ports: RecordPorts,
): Promise<DoorAnswer> => {
  const found = ports.devices.find(place.device)
  if (!found.ok) return found
  const read = await found.value.ask({ type: 'read-record', key: place.key }, visit)
  if (!read.ok) return read
  const judged = await judge(read.value ?? new Uint8Array(), place.key, ports)
  if (!judged.ok) return blame(found.value, judged.error)
  const tag = `"${base32Encode(judged.value.hash)}"`
  const headers = { ETag: tag, 'Cache-Control': 'no-cache' }
  if (namesTag(request.headers['if-none-match'], tag)) return ok({ status: 304, headers, body: '' })
  return ok({ status: 200, headers: { ...headers, ...INERT }, body: judged.value.bytes })
}

/** A record runs out by itself; any other fault is the device's. */
const blame = (device: Device, { code }: Refusal): DoorAnswer =>
  code === 'expired-record' ? refuse('expired') : device.lied()

/** PUT of `/at/DEVICE/k/KEY`. What passes here the device judges once more, with what it knows of the person. */
export const storeRecord = async (
  place: Place,
  request: IncomingMessage,
  visit: Visit,
  ports: RecordPorts,
): Promise<DoorAnswer> => {
  const found = ports.devices.find(place.device)
  if (!found.ok) return found
  const body = await readBody(request, MAX_RECORD_BYTES)
  if (!body.ok) return body
  visit.spend(body.value.length)
  const judged = await judge(body.value, place.key, ports)
  if (!judged.ok) return judged
  const written = await found.value.ask({ type: 'write-record', key: place.key, record: body.value }, visit)
  return written.ok ? ok(jsonPage({ code: 'stored' })) : written
}
