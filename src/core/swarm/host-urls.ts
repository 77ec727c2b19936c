/** URLs that name what a connected device holds, and the one of a host's websocket. */

import { type Cid, cidToString } from '../blocks/cid.ts'
import { base32Encode } from '../bytes.ts'
import { HOST_SOCKET_PATH } from './host-limits.ts'

/**
 * Where a storage key can be read through a host: the host passes the request to that device.
 * @param host `https://host`, without a slash at the end
 */
export const storageKeyUrl = (host: string, device: Uint8Array, key: Uint8Array): string =>
  `${host}/at/${base32Encode(device)}/k/${base32Encode(key)}`

/**
 * Where a block can be read through a host: from that device, as bytes that the host has held against the CID.
 * @param host `https://host`, without a slash at the end
 */
export const blockUrl = (host: string, device: Uint8Array, cid: Cid): string =>
  `${host}/at/${base32Encode(device)}/b/${cidToString(cid)}`

/** The websocket of a host: `https://host` → `wss://host/kith`, `http://…` → `ws://…`. */
export const hostSocketUrl = (host: string): string => `${host.replace(/^http/, 'ws')}${HOST_SOCKET_PATH}`
