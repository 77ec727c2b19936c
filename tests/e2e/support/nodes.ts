/** How many nodes run in a browser: each holds the lock for as long as it does. */
import { type Page, waitFor } from '../../support/e2e.ts'

/** Nodes of this page's origin. */
export const countNodes = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const { held = [] } = await navigator.locks.query()
    return held.filter(({ name }) => name === 'kith-node').length
  })

/** Waits until none runs any more: a worker of the page before may take a moment to end. */
export const untilNoNode = (page: Page): Promise<true> =>
  waitFor('the end of the node', async () => (await countNodes(page)) === 0)
