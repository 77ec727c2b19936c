/** Runs a host until it is told to stop: options in, address out. */

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { createVerifier } from '../node-worker/crypto/verifier.ts'
import { createHost, type Host } from './host.ts'
import { isLoopback } from './index/origins.ts'
import { readOptions, type Settings, USAGE } from './options.ts'

/** Exit codes of a command that was not understood, and of one that failed. */
const EXIT_USAGE = 2
const EXIT_FAILURE = 1

/**
 * Starts a host as the command line says and stops it on SIGINT or SIGTERM.
 * @param args without `node` and the script
 */
export const runHost = async (args: readonly string[]): Promise<void> => {
  const options = await readOptions(args)
  if (!options.ok) return fail(EXIT_USAGE, `${options.error.message}\n\n${USAGE}`)
  if (options.value === 'help') return console.log(USAGE)
  try {
    const host = await startHost(options.value)
    announce(host)
    stopOnSignal(host)
  } catch (error) {
    fail(EXIT_FAILURE, explain(error as NodeJS.ErrnoException, options.value))
  }
}

const startHost = async ({ cert, key, data: _, ...settings }: Settings): Promise<Host> =>
  createHost({
    ...settings,
    ...(cert && key ? { tls: { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') } } : {}),
    staticDir: fileURLToPath(new URL('../web/', import.meta.url)),
    version: await readVersion(),
    verifier: createVerifier(globalThis.crypto.subtle),
    warn: (line) => console.warn(line),
  })

/** From dist/host/main.js as from src/host/run.ts the package lies two folders up. */
const readVersion = async (): Promise<string> => {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

const announce = ({ url, publicUrl }: Host): void => {
  console.log(`Kith is open at ${url}`)
  if (publicUrl !== url) console.log(`Others reach it at ${publicUrl}`)
  if (isLoopback(new URL(publicUrl).hostname))
    console.warn('Links made here work on this machine only. Name the address that others use: --public-url URL')
  else if (publicUrl.startsWith('http:'))
    console.warn('Browsers on other machines need https: give --cert and --key, or an https --public-url of a proxy')
}

const stopOnSignal = (host: Host): void => {
  const stop = (): void => {
    // A second signal, while clients are still told, ends the process at once.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop)
    host.close().then(
      () => process.exit(0),
      () => process.exit(EXIT_FAILURE),
    )
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop)
}

const explain = (error: NodeJS.ErrnoException, { port }: Settings): string => {
  if (error.code === 'EADDRINUSE') return `Port ${port} is taken. Another one: --port N`
  if (error.code === 'EACCES') return `Not allowed: ${error.message}`
  return error.message
}

const fail = (code: number, message: string): void => {
  console.error(message)
  process.exitCode = code
}
