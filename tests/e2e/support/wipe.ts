/** A browser of which everything is cleared. */
import type { Page } from '../../support/e2e.ts'
import { untilNoNode } from './nodes.ts'

/** Deletes everything that the app keeps in a browser, while no page of it is open. */
export const wipe = async (page: Page, url: string): Promise<void> => {
  await page.goto(`${url}/host.json`)
  await untilNoNode(page)
  await page.evaluate(async () => {
    for (const { name } of await indexedDB.databases())
      await new Promise<void>((resolve, reject) => {
        const request = indexedDB.deleteDatabase(name!)
        request.onsuccess = () => resolve()
        request.onerror = () => reject(request.error)
      })
    for (const name of await caches.keys()) await caches.delete(name)
    localStorage.clear()
  })
}
