/** The list of files that the service worker keeps, in the shape Workbox's precaching takes. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { paths } from './paths.mjs'

/** Not needed offline: sources for debuggers, and the service worker, which the browser keeps itself. */
const isLeftOut = (file) => file.endsWith('.map') || file === 'sw.js'

/** Files under assets/ carry a hash in their name, so their URL is their revision. */
const toEntry = async (file) => {
  if (file.startsWith('assets/')) return { url: `/${file}`, revision: null }
  const bytes = await readFile(join(paths.web, file))
  return { url: `/${file}`, revision: createHash('sha256').update(bytes).digest('hex').slice(0, 16) }
}

/** Entries for everything in the web folder, in a stable order. */
export const precacheManifest = async () => {
  const found = await readdir(paths.web, { recursive: true, withFileTypes: true })
  const files = found
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath ?? entry.path, entry.name)
        .slice(paths.web.length + 1)
        .replaceAll('\\', '/'),
    )
  return Promise.all(
    files
      .filter((file) => !isLeftOut(file))
      .sort()
      .map(toEntry),
  )
}
