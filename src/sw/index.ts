/** The service worker: a peer that may be stopped at any time, so it keeps nothing but caches. Wiring only. */
import type { PrecacheEntry } from 'workbox-precaching/_types.js'
import { passPorts } from './ports.ts'
import { serveShell } from './shell.ts'
import { followUpdates } from './update.ts'

declare const self: { readonly __WB_MANIFEST: readonly PrecacheEntry[] }

followUpdates()
passPorts()
serveShell(self.__WB_MANIFEST)
