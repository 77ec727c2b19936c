/** What a browser gives a node, the same in a SharedWorker and in a dedicated worker. */
import { createWebCrypto } from '../crypto/web-crypto.ts'
import { createBrowserVault } from '../keys/browser-vault.ts'
import type { BrowserEngine, LogEvent, Platform, StorageEstimate, WebSocketLike } from '../platform.ts'
import { createDexieStore, deleteDexieStore } from '../stores/dexie-store.ts'
import type { Store } from '../stores/store.ts'

/** Databases of this origin: what the node keeps, and the keys of this device; the same of a drill. */
export const DATABASES = {
  store: 'kith',
  keys: 'kith-keys',
  scratch: 'kith-drill',
  scratchKeys: 'kith-drill-keys',
} as const

const BROWSERS = [
  ['Edg/', 'Edge'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const
const SYSTEMS = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Mac OS', 'Mac'],
  ['Windows', 'Windows'],
  ['Linux', 'Linux'],
] as const

const firstIn = (text: string, names: readonly (readonly [string, string])[]): string | undefined =>
  names.find(([mark]) => text.includes(mark))?.[1]

/** Names a device for its person's list of devices, such as "Firefox on Linux". */
export const deviceNameOf = (userAgent: string): string => {
  const browser = firstIn(userAgent, BROWSERS) ?? 'Browser'
  const system = firstIn(userAgent, SYSTEMS)
  return system ? `${browser} on ${system}` : browser
}

/** Chrome names Safari as well, Edge all of them: in this order. */
const ENGINES: readonly (readonly [string, BrowserEngine])[] = [
  ['Firefox/', { family: 'firefox', evicts: false }],
  ['Chrome/', { family: 'chromium', evicts: false }],
  ['Safari/', { family: 'webkit', evicts: true }],
]

/** The engine that a browser says it is; undefined when it says nothing that is known. */
export const engineOf = (userAgent: string): BrowserEngine | undefined =>
  ENGINES.find(([mark]) => userAgent.includes(mark))?.[1]

const storageEstimate = async (store: Store): Promise<StorageEstimate> => {
  const { used, quota } = await store.estimate()
  // WebKitGTK has no navigator.storage in some workers.
  const persisted = (await navigator.storage?.persisted?.()) ?? false
  return { used, persisted, ...(quota === undefined ? {} : { quota }) }
}

const logToConsole = ({ level, what, detail = '' }: LogEvent): void => {
  const write = { info: console.info, warning: console.warn, error: console.error }[level]
  write(`kith: ${what}`, detail)
}

/** A platform over `store`; the host that the app came from is the first one to meet others at. */
export const createBrowserPlatform = (store: Store): Platform => {
  const crypto = createWebCrypto()
  const engine = engineOf(navigator.userAgent)
  return {
    store,
    crypto,
    clock: { now: () => Date.now() },
    random: crypto,
    keys: createBrowserVault(DATABASES.keys, crypto),
    timers: {
      setTimeout: (run, milliseconds) => setTimeout(run, milliseconds),
      clearTimeout: (handle) => clearTimeout(handle as number),
    },
    webSocket: (url) => new WebSocket(url) as WebSocketLike,
    fetch: (url, init) => fetch(url, init),
    defaultHosts: [location.origin],
    deviceName: deviceNameOf(navigator.userAgent),
    alwaysOn: false,
    ...(engine && { engine }),
    scratch: {
      async open() {
        await deleteDexieStore(DATABASES.scratch)
        return createDexieStore(DATABASES.scratch)
      },
      clear: () => deleteDexieStore(DATABASES.scratch),
      keys: createBrowserVault(DATABASES.scratchKeys, crypto),
    },
    storageEstimate: () => storageEstimate(store),
    log: logToConsole,
  }
}
