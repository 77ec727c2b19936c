/** One text for one log, for maps. */
import { bytesToHex } from '../../core/bytes.ts'

/** The key of a device's log. */
export const logKey = (device: Uint8Array, log: number): string => `${bytesToHex(device)}/${log}`
