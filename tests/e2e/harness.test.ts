/** The harness itself: the same verbs in three engines, under the content security policy that the app has. */
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { type Engine, launchBrowser, requireEngines } from '../support/e2e.ts'
import { after, before, describe, it } from '../support/runner.ts'

const SCRIPT = `
customElements.define('x-form', class extends HTMLElement {
  connectedCallback() {
    const root = this.attachShadow({ mode: 'open' })
    const label = document.createElement('label')
    label.textContent = "What's new?"
    const field = document.createElement('textarea')
    label.append(field)
    const file = document.createElement('input')
    Object.assign(file, { type: 'file', ariaLabel: 'Add picture', hidden: true })
    const button = document.createElement('button')
    button.setAttribute('aria-label', 'Post')
    const out = document.createElement('output')
    const list = []
    field.addEventListener('input', () => list.push('typed'))
    button.addEventListener('click', async (event) => {
      const [picture] = file.files
      out.textContent = [...list, event.isTrusted, field.value, picture?.name, await picture?.text()].join(' ')
    })
    root.append(label, file, button, out)
  }
})`

const CSP = (origin: string) =>
  `default-src 'none'; script-src ${origin}/assets/ 'wasm-unsafe-eval'; require-trusted-types-for 'script'`

describe('end-to-end harness', () => {
  let server: Server
  let origin = ''
  let folder = ''

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kith-harness-'))
    server = createServer((request, response) => {
      const isScript = request.url === '/assets/app.js'
      response.setHeader('content-security-policy', CSP(origin))
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
      response.end(
        isScript
          ? SCRIPT
          : '<!doctype html><script type="module" src="/assets/app.js"></script><main role="main"><x-form></x-form></main>',
      )
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(async () => {
    server.closeAllConnections()
    server.close()
    await rm(folder, { recursive: true })
  })

  for (const engine of ['chromium', 'firefox', 'webkit'] satisfies Engine[])
    it(`fills, attaches, clicks and reads through shadow roots in ${engine}`, async (context) => {
      requireEngines([engine], context)
      const browser = await launchBrowser(engine)
      try {
        const page = await browser.newPage()
        await page.goto(origin)
        await page.fill("What's new?", 'good news')
        await page.attach('Add picture', { name: 'a.txt', type: 'text/plain', bytes: new TextEncoder().encode('hi') })
        await page.click('button', 'Post')
        await page.waitForText('typed true good news a.txt hi')
        expect(await page.count('button', /^po/i)).to.equal(1)
        expect(await page.within('status', 'good news').count('button', 'Post')).to.equal(0)
        expect(await page.within('main', 'good news').count('button', 'Post')).to.equal(1)
        expect((await page.audit()).join()).to.match(/document-title.*html-has-lang/)
        // Firefox asks for an icon that this server does not offer.
        expect(page.problems().filter((text) => !text.includes('favicon'))).to.deep.equal([])
        await page.reload()
        await page.waitForControl('button', 'Post')
        expect(await page.text()).not.to.include('good news')
        const second = await browser.newPage()
        await second.goto(origin)
        await second.resize(360, 640)
        expect(await second.text()).to.equal("What's new?")
        expect(await second.evaluate((word) => Promise.resolve(word + document.title), 'x')).to.equal('x')
        await second.screenshot(join(folder, `${engine}.png`))
        expect((await stat(join(folder, `${engine}.png`))).size).to.be.greaterThan(1000)
        await second.press('Tab')
        await second.close()
        expect(await page.count('button', 'Post')).to.equal(1)
      } finally {
        await browser.close()
      }
    })
})
