/** What a browser must have. Asked before anything is started, so that what is missing can be named. */
import type { Result } from '../core/result.ts'
import type { KithError } from '../rpc/errors.ts'
import { err, ok } from '../rpc/handlers.ts'

type Feature = Extract<KithError, { type: 'unsupported' }>['feature']

const hasAlgorithm = async (name: 'Ed25519' | 'X25519', usages: readonly KeyUsage[]): Promise<boolean> => {
  try {
    await crypto.subtle.generateKey({ name }, false, usages)
    return true
  } catch (error) {
    // Safari's engine makes an X25519 pair that it refuses itself about once in 300 times: OperationError.
    return error instanceof DOMException && error.name !== 'NotSupportedError' && error.name !== 'SyntaxError'
  }
}

/** In the order in which a person can do something about them: the first missing one is reported. */
const checks: readonly (readonly [Feature, () => boolean | Promise<boolean>])[] = [
  ['secure-context', () => globalThis.isSecureContext && crypto.subtle !== undefined],
  ['indexeddb', () => globalThis.indexedDB !== undefined && globalThis.indexedDB !== null],
  ['locks', () => navigator.locks !== undefined],
  ['workers', () => typeof Worker === 'function'],
  ['ed25519', () => hasAlgorithm('Ed25519', ['sign', 'verify'])],
  ['x25519', () => hasAlgorithm('X25519', ['deriveBits'])],
]

/** `unsupported` names the first thing that is missing here. */
export const checkCapabilities = async (): Promise<Result<void, KithError>> => {
  for (const [feature, isThere] of checks) {
    if (!(await isThere())) return err({ type: 'unsupported', feature })
  }
  return ok(undefined)
}
