/** Decoded maps against the fields that they must have: exactly those, each of its type. */
import { hasKeys } from './cbor.ts'

/** Whether a decoded value is what a field must be. */
export type Check = (value: unknown) => boolean

/** Every field of a map and what it must be; no other field is allowed. */
export type Shape = Readonly<Record<string, Check>>

/** Why a decoded map does not have a shape; undefined when it has. */
export const shapeMismatch = (shape: Shape, fields: Record<string, unknown>): string | undefined => {
  if (!hasKeys(fields, Object.keys(shape))) return 'fields missing or unknown'
  const wrong = Object.keys(shape).find((name) => !shape[name]!(fields[name]))
  return wrong === undefined ? undefined : `"${wrong}" is not what it must be`
}
