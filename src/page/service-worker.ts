/**
 * The page's side of the service worker: registers it, learns that a new version waits, and moves over when the person
 * says so. One click in any tab moves all of them, because each reloads when the service worker in charge changes.
 */
import { SERVICE_WORKER_URL, trustScriptUrl } from './script-urls.ts'
import { whenIdle } from './started.ts'

/** A new version of the app that has been downloaded whole. */
export interface AppUpdate {
  /** All tabs reload into the new version. */
  apply(): void
}

/** How often a page that stays open asks for a new version. */
const UPDATE_CHECK_MS = 60 * 60 * 1000

/** The first version waits for nobody, though WebKitGTK goes on calling it the waiting one while it takes charge. */
const isWaiting = ({ waiting, active }: ServiceWorkerRegistration): boolean =>
  waiting?.state === 'installed' && active !== null

const watchForUpdate = (registration: ServiceWorkerRegistration, onUpdate: (update: AppUpdate) => void): void => {
  const tell = (): void => {
    if (!isWaiting(registration)) return
    onUpdate({ apply: () => registration.waiting?.postMessage({ type: 'take-over' }) })
  }
  tell()
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', tell))
}

/** A page that had no controller at first is claimed by the first version: no reason to reload. */
const reloadOnChange = (): void => {
  let hadController = navigator.serviceWorker.controller !== null
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (hadController) location.reload()
    hadController = true
  })
}

/**
 * Registers the service worker where there is one, once the page can be used: a first registration downloads the whole
 * app. `onUpdate` is called when a new version waits. Resolves to whether Kith can start without a network from now on.
 */
export const registerServiceWorker = async (onUpdate: (update: AppUpdate) => void): Promise<boolean> => {
  if (!('serviceWorker' in navigator)) return false
  reloadOnChange()
  await whenIdle()
  try {
    const registration = await navigator.serviceWorker.register(trustScriptUrl(SERVICE_WORKER_URL), { scope: '/' })
    watchForUpdate(registration, onUpdate)
    // Refused while offline; the next round asks again.
    setInterval(() => void registration.update().catch(() => undefined), UPDATE_CHECK_MS)
    return true
  } catch {
    // A private window or a broken proxy: the app runs, it only needs the network to start.
    return false
  }
}
