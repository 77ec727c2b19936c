/** A host on a free port of this machine, with a small app to serve. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHost, type Host, type HostOptions } from '../../../src/host/host.ts'
import { testCrypto } from '../../support/ed25519.ts'

/** A host and how to be rid of it. */
export interface TestHost extends Host {
  /** `http://127.0.0.1:PORT`: what clients dial. */
  readonly origin: string
  readonly staticDir: string
}

/** Long enough that compressing it pays. */
export const APP_SCRIPT = `console.log('app')\n${'// a line that repeats\n'.repeat(200)}`

const writeApp = async (): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'kith-host-'))
  await mkdir(join(directory, 'assets'))
  await writeFile(join(directory, 'index.html'), '<!doctype html><title>Kith</title>')
  await writeFile(join(directory, 'sw.js'), 'self.addEventListener("fetch", () => {})')
  await writeFile(join(directory, 'manifest.webmanifest'), '{"name":"Kith"}')
  await writeFile(join(directory, 'assets', 'app-ABC123.js'), APP_SCRIPT)
  await writeFile(join(directory, '.secret'), 'not served')
  return directory
}

/** Starts one; `options` replace what tests usually need. */
export const startHost = async (options: Partial<HostOptions> = {}): Promise<TestHost> => {
  const staticDir = options.staticDir ?? (await writeApp())
  const host = await createHost({
    port: 0,
    address: '127.0.0.1',
    version: '1.2.3',
    verifier: testCrypto,
    staticDir,
    ...options,
  })
  const close = async (): Promise<void> => {
    await host.close()
    if (!options.staticDir) await rm(staticDir, { recursive: true })
  }
  return { ...host, close, staticDir, origin: `http://127.0.0.1:${host.port}` }
}
