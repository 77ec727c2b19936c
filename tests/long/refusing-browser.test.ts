/** What a person is told where a browser refuses its workers something: storage, curves, workers themselves, WebRTC. */
import { expect } from 'chai'
import { withBrowsers } from '../e2e/support/browsers.ts'
import { type CspProxy, startCspProxy } from '../e2e/support/csp-proxy.ts'
import { open, post, start } from '../e2e/support/person.ts'
import { type Engine, type Page, requireEngines, startHost } from '../support/e2e.ts'
import { describe, it } from '../support/runner.ts'

const ENGINES: readonly Engine[] = ['chromium', 'firefox']
const LONG = { timeout: 120_000 }

/** Scripts of the node's workers, and of the page. */
const WORKERS = /^\/assets\/node-(shared|dedicated)-[^/]*\.js$/
const PAGE = /^\/assets\/app-[^/]*\.js$/

/** Storage is refused at once, as by Firefox where site data is blocked. */
const THROWING = `IDBFactory.prototype.open = () => {
  throw new DOMException('The operation is insecure.', 'SecurityError')
}`
/** Storage is refused later, as by private windows of Firefox before 115. */
const REJECTING = `IDBFactory.prototype.open = () => {
  const error = new DOMException('A mutation operation was attempted on a database that did not allow mutations.', 'InvalidStateError')
  const request = Object.assign(new EventTarget(), { error, result: undefined, readyState: 'done' })
  setTimeout(() => {
    const event = new Event('error', { cancelable: true })
    request.dispatchEvent(event)
    request.onerror?.(event)
  })
  return request
}`
const without = (curve: string): string => `{
  const { generateKey } = SubtleCrypto.prototype
  SubtleCrypto.prototype.generateKey = function (algorithm, ...rest) {
    return (algorithm.name ?? algorithm) === '${curve}'
      ? Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError'))
      : generateKey.call(this, algorithm, ...rest)
  }
}`
/** Keys are lost on their way into storage, in every thread. */
const NO_KEYS = `{
  const { put } = IDBObjectStore.prototype
  const holdsKey = (value) => value instanceof CryptoKey || (value?.constructor === Object && Object.values(value).some(holdsKey))
  IDBObjectStore.prototype.put = function (value, ...rest) {
    if (holdsKey(value)) throw new DOMException('CryptoKey could not be cloned.', 'DataCloneError')
    return put.call(this, value, ...rest)
  }
}`

const withProxy = async (engine: Engine, run: (proxy: CspProxy, page: () => Promise<Page>) => Promise<void>) => {
  const proxy = await startCspProxy()
  const host = await startHost({ args: ['--public-url', proxy.url] })
  proxy.setTarget(`http://localhost:${host.port}`)
  try {
    await withBrowsers([engine], (browser) => run(proxy, () => open(browser!, proxy.url)))
  } finally {
    await proxy.close()
    await host.close()
  }
}

/** What is lacking where, the heading that says so, and the words that help: what to do, and which version has it. */
const CASES: readonly (readonly [string, RegExp, string, string, readonly RegExp[]])[] = [
  [
    'storage is refused at once in the node’s worker',
    WORKERS,
    THROWING,
    'This browser lets Kith keep nothing',
    [/Leave the private window/, /Firefox since version 115/],
  ],
  [
    'storage is refused late in the node’s worker',
    WORKERS,
    REJECTING,
    'This browser lets Kith keep nothing',
    [/Leave the private window/, /Firefox since version 115/],
  ],
  [
    'the page has no Ed25519',
    PAGE,
    without('Ed25519'),
    'This browser cannot sign yet',
    [/Chrome or Edge 137, Firefox 130/],
  ],
  [
    'the page has no X25519',
    PAGE,
    without('X25519'),
    'This browser cannot agree on keys yet',
    [/Chrome or Edge 137, Firefox 130/],
  ],
  [
    'the node’s worker has no Ed25519',
    WORKERS,
    without('Ed25519'),
    'This browser cannot sign yet',
    [/Chrome or Edge 137, Firefox 130/],
  ],
  [
    'the node’s worker has no X25519',
    WORKERS,
    without('X25519'),
    'This browser cannot agree on keys yet',
    [/Chrome or Edge 137, Firefox 130/],
  ],
]

describe('what a browser refuses', () => {
  for (const engine of ENGINES) {
    for (const [name, path, code, what, words] of CASES)
      it(
        `[T56] ${name}: in words, with the versions that have it (${engine})`,
        async (context) => {
          requireEngines([engine], context)
          await withProxy(engine, async (proxy, openPage) => {
            proxy.prepend(path, code)
            const page = await openPage()
            await page.waitForControl('heading', what)
            await page.waitForControl('button', 'Load again')
            await page.click('button', 'Details')
            for (const word of words) await page.waitForText(word)
            expect(await page.audit()).to.deep.equal([])
          })
        },
        LONG,
      )

    it(
      `[T56] no thread can keep keys: said when a person would be made, and nothing is left of them (${engine})`,
      async (context) => {
        requireEngines([engine], context)
        await withProxy(engine, async (proxy, openPage) => {
          proxy.prepend(WORKERS, NO_KEYS)
          const page = await openPage()
          await page.waitForControl('heading', 'Welcome to Kith')
          await page.fill('Your name', 'Ada')
          await page.click('button', 'Start')
          await page.waitForText('This browser cannot keep your keys safe')
          await page.waitForText(/Leave the private window/)
          await page.reload()
          await page.waitForControl('heading', 'Welcome to Kith')
        })
      },
      LONG,
    )

    it(
      `[T56] without SharedWorker it works all the same; without WebRTC it says how, and since which versions there is any (${engine})`,
      async (context) => {
        requireEngines([engine], context)
        await withProxy(engine, async (proxy, openPage) => {
          proxy.prepend(PAGE, 'delete globalThis.SharedWorker; delete globalThis.RTCPeerConnection')
          const page = await openPage()
          await start(page, 'Ada')
          await post(page, 'from an elected tab')
          await page.goto(`${proxy.url}/connection`)
          await page.waitForText(/no direct connections \(WebRTC: Chrome 56, Firefox 44, Safari 11\)/)
          await page.goto(proxy.url)
          await page.within('article', 'from an elected tab').waitForControl('button', 'Reply')
        })
      },
      LONG,
    )
  }
})
