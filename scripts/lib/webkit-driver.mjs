/** WebKitGTK's WebDriver server under a virtual display: started on a free port, ended with everything it started. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const START_TIMEOUT_MS = 120_000

/** A TCP port that nothing listens on now. */
export const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  server.close()
  await once(server, 'close')
  return port
}

const isUp = async (port) => {
  try {
    return (await fetch(`http://127.0.0.1:${port}/status`)).ok
  } catch {
    return false
  }
}

const waitUntilUp = async (port, child) => {
  for (const end = Date.now() + START_TIMEOUT_MS; Date.now() < end; await sleep(100)) {
    if (await isUp(port)) return
    if (child.exitCode !== null) break
  }
  throw new Error(`WebKitWebDriver did not start on port ${port}`)
}

/** The capabilities that make the driver open WebKitGTK's test browser. */
export const webkitCapabilities = (browser) => ({
  browserName: 'MiniBrowser',
  'webkitgtk:browserOptions': { binary: browser, args: ['--automation'] },
})

/**
 * Starts the driver that browsers.mjs found.
 * @param {{ driver: string, xvfb?: string | undefined }} where
 */
export const startWebkitDriver = async ({ driver, xvfb }) => {
  const port = await freePort()
  const args = [driver, `--port=${port}`, '--host=127.0.0.1']
  const [command, ...rest] = xvfb ? [xvfb, '-a', '-s', '-screen 0 1600x1200x24', ...args] : args
  // A group of its own, so that the display, the driver and its browsers end together.
  const child = spawn(command, rest, {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' },
  })
  const stop = () => {
    try {
      process.kill(-child.pid, 'SIGTERM')
    } catch {
      // It has ended already.
    }
  }
  process.on('exit', stop)
  child.on('error', () => {})
  await waitUntilUp(port, child)
  return { port, stop }
}
