/**
 * Where a person keeps blocks of their own, as it is stored: a setting of the private account state, so that all their
 * devices have it and nobody else. The secret in it is sealed once more, so that it stands in the clear nowhere but in
 * the memory of the node that signs with it. Rules FS1 and FS2.
 */
import { hasKeys, isCount, isRecord, isText } from '../../core/cbor.ts'
import { isLoopbackHost, normaliseHost } from '../../core/identity/person-link.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { folderOrigin, MAX_BASE_LENGTH } from '../../core/swarm/block-bases.ts'
import type { ForeignFailure, ForeignInput, ForeignPlace, ForeignReason } from '../../rpc/foreign.ts'

/** The key of the account state. */
export const FOREIGN_SETTING = 'setting/foreign'

/** The version of its value. */
const VERSION = 1

/** Characters of a prefix, of a key's name and of a secret. */
export const MAX_PREFIX_LENGTH = 128
export const MAX_ACCESS_KEY_LENGTH = 128
export const MAX_SECRET_LENGTH = 1_024

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
/** What a header can carry without being misread. */
const VISIBLE = /^[\x21-\x7e]*$/
const PRINTABLE = /^[\x20-\x7e]*$/
/** S3's own default, and what servers without regions expect. */
const DEFAULT_REGION = 'us-east-1'

const withSlash = (text: string): string => (text === '' || text.endsWith('/') ? text : `${text}/`)

const isServer = (text: string): boolean => {
  const origin = normaliseHost(text)
  return origin === text && (text.startsWith('https:') || isLoopbackHost(text))
}

const isFolder = (text: string): boolean => folderOrigin(text) !== undefined

/** One line a field: whether what was entered fits, by kind. */
const CHECKS: Readonly<
  Record<ForeignPlace['kind'], readonly (readonly [keyof ForeignPlace, RegExp | typeof isFolder])[]>
> = {
  s3: [
    ['endpoint', isServer],
    ['region', REGION],
    ['bucket', BUCKET],
    ['accessKey', VISIBLE],
  ],
  http: [['endpoint', isFolder]],
}

/** What was entered, trimmed and in one spelling, or the field that does not do. */
export const checkPlace = (input: ForeignInput): Result<ForeignPlace, ForeignFailure> => {
  const { kind } = input
  const isS3 = kind === 's3'
  const text = (field: keyof ForeignPlace): string => input[field].trim()
  const endpoint = text('endpoint')
  const place: ForeignPlace = {
    kind,
    endpoint: isS3 ? (normaliseHost(endpoint) ?? endpoint) : withSlash(endpoint),
    region: isS3 ? text('region') || DEFAULT_REGION : '',
    bucket: isS3 ? text('bucket') : '',
    prefix: withSlash(text('prefix').replace(/^\/+/, '')),
    accessKey: isS3 ? text('accessKey') : '',
    publicUrl: withSlash(text('publicUrl')),
  }
  const wrong = wrongField(place)
  if (wrong) return refuse('bad-address', { detail: wrong })
  const isSecret = input.secret.length <= MAX_SECRET_LENGTH && PRINTABLE.test(input.secret)
  return isSecret ? ok(place) : refuse('wrong-key', { detail: 'secret' })
}

const wrongField = (place: ForeignPlace): string | undefined => {
  const checks = CHECKS[place.kind] ?? [['kind', /^$/]]
  const wrong = checks.find(
    ([field, fits]) => !(typeof fits === 'function' ? fits(place[field]) : fits.test(place[field])),
  )
  if (wrong) return wrong[0]
  if (place.accessKey.length > MAX_ACCESS_KEY_LENGTH || (place.kind === 's3' && !place.accessKey)) return 'accessKey'
  if (place.prefix.length > MAX_PREFIX_LENGTH || !PREFIX.test(place.prefix)) return 'prefix'
  return place.publicUrl === '' || isFolder(place.publicUrl) ? undefined : 'publicUrl'
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
  (value.kind === 's3' || value.kind === 'http') && FIELDS.every((field) => isText(value[field], MAX_BASE_LENGTH))

/** The setting in a stored value; undefined for none, and for one of another version. */
export const readSetting = (value: unknown): ForeignSetting | undefined => {
  if (!isRecord(value) || !hasKeys(value, ['version', ...FIELDS, 'isPublic', 'secret'])) return undefined
  const { version, ...setting } = value
  if (!isCount(version) || version !== VERSION || !isPlace(setting)) return undefined
  const read = setting as unknown as ForeignSetting
  return typeof read.isPublic === 'boolean' && wrongField(read) === undefined ? read : undefined
}

/** Only the place, as pages see it. */
export const placeOf = (place: ForeignPlace): ForeignPlace => {
  const { kind, endpoint, region, bucket, prefix, accessKey, publicUrl } = place
  return { kind, endpoint, region, bucket, prefix, accessKey, publicUrl }
}
