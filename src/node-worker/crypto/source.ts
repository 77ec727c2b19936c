/** WebCrypto's types ask for memory that no other thread shares. */

/** The same bytes under the type that WebCrypto wants; nothing in Kith puts keys or messages in shared memory. */
export const source = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => bytes as Uint8Array<ArrayBuffer>
