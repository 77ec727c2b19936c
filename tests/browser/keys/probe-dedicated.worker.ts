import { createWebCrypto } from '../../../src/node-worker/crypto/web-crypto.ts'
import { canKeepKeys } from '../../../src/node-worker/keys/probe.ts'

void canKeepKeys('vault-probe-dedicated', createWebCrypto()).then((result) => globalThis.postMessage(result))
