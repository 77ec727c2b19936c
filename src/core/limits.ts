/** Limits that several formats share. Each is enforced by the receiver before it decodes. */

/** A block: the most bytes that one CID names. Also the size of a slot. */
export const MAX_BLOCK_BYTES = 262_144

/** The payload of one log entry. */
export const MAX_PAYLOAD_BYTES = 65_536

/** A segment in the form for the wire, payloads included. */
export const MAX_SEGMENT_BYTES = 131_072

/** Entries in one segment. */
export const MAX_SEGMENT_ENTRIES = 1024

/** UTF-16 units of a description for those who do not see the picture. */
export const MAX_ALT_LENGTH = 2000

/** How deep dag-cbor values may nest: more than any format here needs, far less than a stack holds. */
export const MAX_CBOR_DEPTH = 32

/** Bytes of a network or group id. */
export const SCOPE_ID_BYTES = 32

/** The default network, until invite links name others. */
export const NETWORK_ZERO: Uint8Array = new Uint8Array(SCOPE_ID_BYTES)

/** The default group: none in particular. */
export const GROUP_ZERO: Uint8Array = new Uint8Array(SCOPE_ID_BYTES)
