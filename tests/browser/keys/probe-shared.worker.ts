import { createWebCrypto } from '../../../src/node-worker/crypto/web-crypto.ts'
import { canKeepKeys } from '../../../src/node-worker/keys/probe.ts'

const result = canKeepKeys('vault-probe-shared', createWebCrypto())
const scope = globalThis as unknown as { onconnect: (event: MessageEvent) => void }
scope.onconnect = ({ ports }) => void result.then((kept) => ports[0]?.postMessage(kept))
