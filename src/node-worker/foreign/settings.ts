/**
 * Where a person keeps blocks of their own, as it is stored: a setting of the private account state, so that all their
 * devices have it and nobody else. The secret in it is sealed once more, so that it stands in the clear nowhere but in
 * the memory of the node that signs with it. Rules FS1 and FS2.
 */
import { hasKeys, isCount, isRecord, isText } from '../../core/cbor.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { folderOrigin } from '../../core/swarm/block-bases.ts'
import type { ForeignFailure, ForeignInput, ForeignPlace, ForeignReason } from '../../rpc/foreign.ts'

/** The version of the setting's value. */
const VERSION = 1

/** Characters of an address, of a prefix and of a secret. */
export const MAX_ADDRESS_LENGTH = 512
export const MAX_PREFIX_LENGTH = 128
export const MAX_SECRET_LENGTH = 1_024

/** Tells which addresses do: given by whoever has it, see node-side.ts. */
type OriginOf = typeof folderOrigin

/** The value of the setting. `secret` is the body of a sealed payload. */
export interface ForeignSetting extends ForeignPlace {
  readonly isPublic: boolean
  readonly secret: unknown
}

const FIELDS = ['kind', 'endpoint', 'region', 'bucket', 'prefix', 'accessKey', 'publicUrl'] as const

/** A failure of foreign storage as a result. */
export const refuse = (
  reason: ForeignReason,
  more: Pick<ForeignFailure, 'detail' | 'seconds'> = {},
): { readonly ok: false; readonly error: ForeignFailure } => err({ type: 'foreign-storage', reason, ...more })

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
const REGION = /^[a-z0-9-]{1,64}$/
const PREFIX = /^(?:[\w-][\w.-]*\/)*$/
/** Part of a header whose parts end at commas and slashes. */
const ACCESS_KEY = /^[!-+\-.0-~]{1,128}$/
/** What a header can carry. */
const PRINTABLE = /^[\x20-\x7e]*$/
/** S3's own default, and what servers without regions expect. */
const DEFAULT_REGION = 'us-east-1'

const withSlash = (text: string): string => (text === '' || text.endsWith('/') ? text : `${text}/`)

/** What was entered, trimmed and in one spelling, or the field that does not do. */
export const checkPlace = (input: ForeignInput, originOf: OriginOf): Result<ForeignPlace, ForeignFailure> => {
  const isS3 = input.kind === 's3'
  const text = (field: keyof ForeignPlace): string => input[field].trim()
  const endpoint = withSlash(text('endpoint'))
  const place: ForeignPlace = {
    kind: input.kind,
    endpoint: isS3 ? endpoint.toLowerCase().slice(0, -1) : endpoint,
    region: isS3 ? text('region') || DEFAULT_REGION : '',
    bucket: isS3 ? text('bucket') : '',
    prefix: withSlash(text('prefix').replace(/^\/+/, '')),
    accessKey: isS3 ? text('accessKey') : '',
    publicUrl: withSlash(text('publicUrl')),
  }
  const wrong = wrongField(place, originOf)
  if (wrong) return refuse('bad-address', { detail: wrong })
  const isSecret = input.secret.length <= MAX_SECRET_LENGTH && PRINTABLE.test(input.secret)
  return isSecret ? ok(place) : refuse('wrong-key', { detail: 'secret' })
}

/** One line a field: whether what was entered fits. */
const wrongField = (place: ForeignPlace, originOf: OriginOf): keyof ForeignPlace | undefined => {
  const { kind, endpoint, region, bucket, prefix, accessKey, publicUrl } = place
  const isS3 = kind === 's3'
  const checks: readonly (readonly [keyof ForeignPlace, boolean])[] = [
    ['kind', isS3 || kind === 'http'],
    ['endpoint', isS3 ? originOf(`${endpoint}/`) === endpoint : originOf(endpoint) !== undefined],
    ['region', !isS3 || REGION.test(region)],
    ['bucket', !isS3 || BUCKET.test(bucket)],
    ['accessKey', !isS3 || ACCESS_KEY.test(accessKey)],
    ['prefix', prefix.length <= MAX_PREFIX_LENGTH && PREFIX.test(prefix)],
    ['publicUrl', publicUrl === '' || originOf(publicUrl) !== undefined],
  ]
  return checks.find(([, fits]) => !fits)?.[0]
}

/** What names of objects are put behind, to write them. */
export const objectBase = ({ kind, endpoint, bucket, prefix }: ForeignPlace): string =>
  kind === 's3' ? `${endpoint}/${bucket}/${prefix}` : endpoint + prefix

/** What names of objects are put behind, to read them without keys. */
export const readBase = (place: ForeignPlace): string =>
  place.publicUrl ? place.publicUrl + place.prefix : objectBase(place)

/** Whether a secret that is kept for one place may be used for another: the same server and the same key. */
export const sharesSecret = (a: ForeignPlace, b: ForeignPlace): boolean =>
  a.kind === b.kind && a.endpoint === b.endpoint && a.accessKey === b.accessKey

/** The value to store. */
export const encodeSetting = (setting: ForeignSetting): unknown => ({ version: VERSION, ...setting })

const isPlace = (value: Record<string, unknown>): boolean =>
  (value.kind === 's3' || value.kind === 'http') && FIELDS.every((field) => isText(value[field], MAX_ADDRESS_LENGTH))

/** The setting in a stored value; undefined for none, and for one of another version. */
export const readSetting = (value: unknown, originOf: OriginOf): ForeignSetting | undefined => {
  if (!isRecord(value) || !hasKeys(value, ['version', ...FIELDS, 'isPublic', 'secret'])) return undefined
  const { version, ...setting } = value
  if (!isCount(version) || version !== VERSION || !isPlace(setting)) return undefined
  const read = setting as unknown as ForeignSetting
  return typeof read.isPublic === 'boolean' && wrongField(read, originOf) === undefined ? read : undefined
}

/** Only the place, as pages see it. */
export const placeOf = (place: ForeignPlace): ForeignPlace => {
  const { kind, endpoint, region, bucket, prefix, accessKey, publicUrl } = place
  return { kind, endpoint, region, bucket, prefix, accessKey, publicUrl }
}
