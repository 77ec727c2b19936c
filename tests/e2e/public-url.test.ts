/** A host that knows the address others reach it under: what the page's link and code name. */
import { expect } from 'chai'
import decodeQR from 'qr/decode.js'
import { parsePersonLink } from '../../src/core/identity/person-link.ts'
import { type Host, type Page, requireEngines, startHost, waitFor } from '../support/e2e.ts'
import { describe, it } from '../support/runner.ts'
import { withBrowsers } from './support/browsers.ts'
import { go, join, shownLink } from './support/person.ts'

const LONG = { timeout: 600_000 }
const PUBLIC = 'https://kith.example.org'
const PIXELS = 4

interface Drawing {
  readonly size: number
  readonly path: string
}

/** The code that stands on the page now. */
const drawn = (page: Page): Promise<Drawing> =>
  page.evaluate(() => {
    const find = (root: Document | ShadowRoot): Element | undefined => {
      for (const element of root.querySelectorAll('*')) {
        if (element.localName === 'kith-qr') return element
        const inside = element.shadowRoot && find(element.shadowRoot)
        if (inside) return inside
      }
      return undefined
    }
    const svg = find(document)?.shadowRoot?.querySelector('svg')
    return { size: svg?.viewBox.baseVal.width ?? 0, path: svg?.querySelector('path')?.getAttribute('d') ?? '' }
  })

/** The code once it stands on the page: it comes a moment after the link. */
const drawingOf = (page: Page): Promise<Drawing> =>
  waitFor('the code', async () => {
    const drawing = await drawn(page)
    return drawing.path ? drawing : undefined
  })

/** Reads a code as a camera would: each rectangle of the path becomes dark pixels. */
const readDrawing = ({ size, path }: Drawing): string => {
  const width = size * PIXELS
  const data = new Uint8ClampedArray(width * width * 4).fill(255)
  for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)v1/g)) {
    for (let row = Number(y) * PIXELS; row < (Number(y) + 1) * PIXELS; row++) {
      const from = row * width + Number(x) * PIXELS
      for (let at = from; at < from + Number(run) * PIXELS; at++) data.fill(0, at * 4, at * 4 + 3)
    }
  }
  return decodeQR({ width, height: width, data })
}

const openInvitation = async (page: Page): Promise<void> => {
  await go(page, 'People')
  await page.click('button', 'Show my code')
  await page.waitForControl('field', 'Your link')
}

describe('the link and the code of a page', () => {
  const withPage = async (args: readonly string[], test: (page: Page, host: Host) => Promise<void>): Promise<void> => {
    const host = await startHost({ args })
    try {
      await withBrowsers(['chromium'], async (browser) => {
        const { page } = await join(browser!, host.url, 'Ada')
        await openInvitation(page)
        await test(page, host)
      })
    } finally {
      await host.close()
    }
  }

  it(
    '[H25] name the --public-url of the host that the page came from, though it was opened at localhost (chromium)',
    async (context) => {
      requireEngines(['chromium'], context)
      await withPage(['--public-url', PUBLIC], async (page) => {
        const link = await shownLink(page)
        expect(link.startsWith(`${PUBLIC}/@`), link).to.equal(true)
        expect(parsePersonLink(link)).to.have.nested.property('value.hosts').that.deep.equals([PUBLIC])
        expect(readDrawing(await drawingOf(page))).to.equal(link)
        expect(await page.text()).not.to.match(/works on this machine only/)
      })
    },
    LONG,
  )

  it(
    '[H25] warn while nobody named an address, and take the one that the person names (chromium)',
    async (context) => {
      requireEngines(['chromium'], context)
      await withPage([], async (page, host) => {
        expect(await shownLink(page)).to.contain(`${host.url}/@`)
        await page.waitForText('This link works on this machine only.')
        await page.goto(`${host.url}/you/settings`)
        await page.fill('Address for your links', 'https://ada.example')
        await page.click('button', 'Save address')
        await page.waitForText('Saved')
        await openInvitation(page)
        const link = await shownLink(page)
        expect(link.startsWith('https://ada.example/@'), link).to.equal(true)
        expect(link).not.to.contain('localhost')
        expect(readDrawing(await drawingOf(page))).to.equal(link)
      })
    },
    LONG,
  )
})
