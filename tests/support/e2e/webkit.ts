/** WebKitGTK over classic WebDriver: a client of the dozen commands that tests need. Profiles are always temporary. */
import { startWebkitDriver, webkitCapabilities } from '../../../scripts/lib/webkit-driver.mjs'
import type { Driver } from './page.ts'
import { COMMAND_TIMEOUT_MS } from './wait.ts'

/** Where the parts of WebKitGTK stand. */
export interface WebkitPaths {
  readonly driver: string
  readonly browser: string
  readonly xvfb?: string | undefined
}

type Command = <Value>(method: string, path: string, body?: unknown) => Promise<Value>

/** A running driver with one session, which is one browser. */
export interface WebkitSession {
  readonly command: Command
  readonly close: () => Promise<void>
}

/** https://www.w3.org/TR/webdriver2/#keyboard-actions */
const KEYS: Readonly<Record<string, string>> = { Enter: '\uE007', Escape: '\uE00C', Tab: '\uE004', Backspace: '\uE003' }

/** Less than a command may take, which would not say what it waited for. */
const SCRIPT_TIMEOUT_MS = 120_000

const send = async <Value>(url: string, method: string, body?: unknown): Promise<Value> => {
  const signal = AbortSignal.timeout(COMMAND_TIMEOUT_MS)
  const response = await fetch(url, { method, signal, ...(method === 'POST' && { body: JSON.stringify(body ?? {}) }) })
  const { value } = (await response.json()) as { value: Value & { error?: string; message?: string } }
  if (!response.ok) throw new Error(`WebDriver ${method} ${url}: ${value.error}: ${value.message}`)
  return value
}

export const launchWebkit = async (where: WebkitPaths): Promise<WebkitSession> => {
  const { port, stop } = await startWebkitDriver(where)
  const base = `http://127.0.0.1:${port}/session`
  const capabilities = { alwaysMatch: webkitCapabilities(where.browser) }
  const { sessionId } = await send<{ sessionId: string }>(base, 'POST', { capabilities })
  const command: Command = (method, path, body) => send(`${base}/${sessionId}/${path}`, method, body)
  await command('POST', 'timeouts', { script: SCRIPT_TIMEOUT_MS })
  const close = async () => {
    await send(`${base}/${sessionId}`, 'DELETE').catch(() => {})
    stop()
  }
  return { command, close }
}

const clickActions = (x: number, y: number) => ({
  actions: [
    {
      type: 'pointer',
      id: 'mouse',
      parameters: { pointerType: 'mouse' },
      actions: [
        { type: 'pointerMove', duration: 0, x: Math.round(x), y: Math.round(y), origin: 'viewport' },
        { type: 'pointerDown', button: 0 },
        { type: 'pointerUp', button: 0 },
      ],
    },
  ],
})

const keyActions = (key: string) => {
  const value = KEYS[key] ?? key
  const actions = [
    { type: 'keyDown', value },
    { type: 'keyUp', value },
  ]
  return { actions: [{ type: 'key', id: 'keyboard', actions }] }
}

/** A driver for one window of the session; WebDriver talks to one window at a time, so each command names its own. */
export const webkitDriver = (session: WebkitSession, handle: string): Driver => {
  let queue: Promise<unknown> = Promise.resolve()
  const inWindow: Command = (method, path, body) => {
    const next = queue.then(async () => {
      await session.command('POST', 'window', { handle })
      return session.command<never>(method, path, body)
    })
    queue = next.catch(() => {})
    return next
  }
  return {
    goto: async (url) => void (await inWindow('POST', 'url', { url })),
    reload: async () => void (await inWindow('POST', 'refresh')),
    problems: () => [],
    evaluate: (source, args) => inWindow('POST', 'execute/sync', { script: `return (${source})(...arguments)`, args }),
    clickAt: async (x, y) => void (await inWindow('POST', 'actions', clickActions(x, y))),
    press: async (key) => void (await inWindow('POST', 'actions', keyActions(key))),
    screenshot: async () => Buffer.from(await inWindow<string>('GET', 'screenshot'), 'base64'),
    resize: async (width, height) => void (await inWindow('POST', 'window/rect', { width, height })),
    close: async () => void (await inWindow('DELETE', 'window')),
  }
}
