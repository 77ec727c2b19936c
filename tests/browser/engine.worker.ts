/** Tells each page that connects what this engine has in a shared worker. */

/** One answer a capability. */
export interface EngineFacts {
  readonly indexedDb: boolean
  readonly locks: boolean
  readonly webSocket: boolean
  readonly ed25519: boolean
  readonly x25519: boolean
}

const canGenerate = async (name: 'Ed25519' | 'X25519', usages: readonly KeyUsage[]): Promise<boolean> => {
  try {
    return (await crypto.subtle.generateKey(name, false, usages)) !== undefined
  } catch {
    return false
  }
}

const facts = async (): Promise<EngineFacts> => ({
  indexedDb: 'indexedDB' in globalThis,
  locks: 'locks' in navigator,
  webSocket: 'WebSocket' in globalThis,
  ed25519: await canGenerate('Ed25519', ['sign', 'verify']),
  x25519: await canGenerate('X25519', ['deriveBits']),
})

addEventListener('connect', async (event) => {
  const [port] = (event as MessageEvent).ports
  port?.postMessage(await facts())
})
