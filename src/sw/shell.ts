/**
 * The app's shell, kept so that Kith starts without a network: every file of one build, precached together and served
 * as one version. Nothing else is cached here, and in particular no opaque response ever (browsers charge megabytes
 * for each, and a full quota takes the keys along).
 */
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching'
import type { PrecacheEntry } from 'workbox-precaching/_types.js'
import { NavigationRoute, registerRoute } from 'workbox-routing'

/** Paths that belong to the host, not to the app: they go to the network untouched, and fail when there is none. */
export const NEVER_CACHED = [/^\/kith(\/|$)/, /^\/healthz$/, /^\/host\.json$/, /^\/at\//, /^\/k\//, /^\/b\//]

/** Serves the files of `manifest`, and index.html for every other address a window goes to. */
export const serveShell = (manifest: readonly PrecacheEntry[]): void => {
  cleanupOutdatedCaches()
  precacheAndRoute([...manifest])
  registerRoute(new NavigationRoute(createHandlerBoundToURL('/index.html'), { denylist: NEVER_CACHED }))
}
