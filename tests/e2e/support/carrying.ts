/** Which tab of a browser carries the WebRTC connections. */
import type { Browser, Page } from '../../support/e2e.ts'

/** Source text, because a test runner's compiler puts helpers into functions that pages do not have. */
const COUNTING = `{
  const all = new Set()
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...args) {
      super(...args)
      all.add(this)
    }
  }
  globalThis.carriedLinks = () => [...all].filter(({ connectionState }) => connectionState === 'connected').length
}`

/** Lets every page opened from now on count its open connections. Chromium only. */
export const countCarriedLinks = async (browser: Browser): Promise<void> => {
  await browser.playwright?.context.addInitScript(COUNTING)
}

/** How many connections this page carries now. */
export const carriedLinks = (page: Page): Promise<number> =>
  page.evaluate(() => (globalThis as unknown as { carriedLinks: () => number }).carriedLinks())
