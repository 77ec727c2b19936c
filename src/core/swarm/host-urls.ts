/** URLs that name what a connected device holds, and the one of a host's websocket. */

import { base32Encode } from '../bytes.ts'
import { HOST_SOCKET_PATH } from './host-limits.ts'

/**
 * Where a storage key can be read through a host: the host passes the request to that device.
 * @param host `https://host`, without a slash at the end
 */
export const storageKeyUrl = (host: string, device: Uint8Array, key: Uint8Array): string =>
  `${host}/at/${base32Encode(device)}/k/${base32Encode(key)}`

/** The websocket of a host: `https://host` → `wss://host/kith`, `http://…` → `ws://…`. */
export const hostSocketUrl = (host: string): string => `${host.replace(/^http/, 'ws')}${HOST_SOCKET_PATH}`
