/** What two nodes pass through a host while they set up a data channel: small JSON texts, checked before use. */
import { type Malformed, malformed, ok, type Result } from '../../core/result.ts'

/** Part of setting up one data channel. `dial` is chosen by the side that dials and names the attempt. */
export type DialSignal =
  /** WebRTC's own words (SDP or a candidate), as simple-peer writes them. */
  | { readonly version: 1; readonly type: 'signal'; readonly dial: string; readonly signal: string }
  /** There is no WebRTC here now: use a relay. */
  | { readonly version: 1; readonly type: 'decline'; readonly dial: string }

/** A signal's text. Session descriptions are a few KiB; hosts forward no more either. */
export const MAX_SIGNAL_LENGTH = 32_768
/** 16 random bytes in base32. */
const DIAL_LENGTH = 26

/** The text of a signal. */
export const encodeDialSignal = (signal: DialSignal): string => JSON.stringify(signal)

/** A signal from a stranger's text. */
export function decodeDialSignal(text: string): Result<DialSignal, Malformed<'signal'>> {
  if (text.length > MAX_SIGNAL_LENGTH) return malformed('signal', `${text.length} characters`)
  const value = parse(text)
  if (typeof value !== 'object' || value === null) return malformed('signal', 'not a JSON object')
  const { version, type, dial, signal } = value as Record<string, unknown>
  if (version !== 1) return malformed('signal', `version ${String(version)}, this node speaks 1`)
  if (typeof dial !== 'string' || dial.length !== DIAL_LENGTH) return malformed('signal', 'no dial id')
  if (type === 'decline') return ok({ version, type, dial })
  if (type !== 'signal' || typeof signal !== 'string') return malformed('signal', 'neither signal nor decline')
  return ok({ version, type, dial, signal })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
