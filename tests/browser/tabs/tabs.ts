/** Tabs for tests: iframes of one origin, each with its own locks, workers and modem; removing one is its death. */
import type { NodeClient } from '../../../src/rpc/client.ts'
import type { TabWindow } from './tab.worker.ts'

/** A tab that is connected. */
export interface Tab {
  readonly client: NodeClient
  readonly window: Window
  kill(): void
}

/** Which workers the tabs of one test use. */
export interface Site {
  readonly shared: string
  readonly dedicated: string
  /** Any text: there are neither SharedWorkers nor service workers. */
  readonly without?: string
}

const built = (name: string): string => new URL(`./${name}.worker.js`, import.meta.url).href

/** A site whose node lives in a SharedWorker. */
export const sharedSite = (database: string): Site => ({
  shared: `${built('fit-shared')}?database=${database}`,
  dedicated: built('dedicated'),
})

/** A site whose SharedWorker can only broker. `database` also keeps the brokers of different tests apart. */
export const electedSite = (database: string): Site => ({
  shared: `${built('unfit-shared')}?database=${database}`,
  dedicated: `${built('dedicated')}?database=${database}`,
})

/** Opens a tab without waiting for it to connect. */
export const openFrame = async (site: Site): Promise<HTMLIFrameElement> => {
  const frame = document.createElement('iframe')
  Object.assign(frame.dataset, site)
  frame.srcdoc = `<script type="module" src="${built('tab')}"></script>`
  document.body.append(frame)
  await new Promise((resolve) => frame.addEventListener('load', resolve))
  return frame
}

/** Opens a tab and waits until it is connected. */
export const openTab = async (site: Site): Promise<Tab> => {
  const frame = await openFrame(site)
  const window = frame.contentWindow as TabWindow
  const connected = await window.kithTab
  if (!connected.ok) throw new Error(`the tab did not connect: ${connected.error.type}`)
  return { client: connected.value, window, kill: () => frame.remove() }
}

/** Resolves with the first value that `isIt` accepts. */
export const watchUntil = <T>(client: NodeClient, isIt: (value: T) => boolean): Promise<T> =>
  new Promise((resolve) => {
    const end = client.watch('notes', {}, (value) => {
      if (!isIt(value as T)) return
      resolve(value as T)
      queueMicrotask(() => end())
    })
  })
