/** A server of another origin: remembers what ran, and serves the page that tries to make things run. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What can be stored and asked to run. */
export const KINDS = ['html', 'svg', 'js'] as const
export type Kind = (typeof KINDS)[number]

const TYPES: Readonly<Record<Kind, string>> = { html: 'text/html', svg: 'image/svg+xml', js: 'text/javascript' }

/** A running beacon. */
export interface Beacon {
  readonly url: string
  /** Bytes that, run anywhere, make `ran` name them. */
  payload(kind: Kind, tag: string): string
  /** `kind-tag` of everything that has run. */
  readonly ran: ReadonlySet<string>
  /** The page that tries each of these addresses in every way a page can, and the same payloads with their own types. */
  attackUrl(urls: readonly string[]): string
  close(): Promise<void>
}

const payloadOf = (url: string, kind: Kind, tag: string): string => {
  const run = `fetch('${url}/ran/${kind}-${tag}',{mode:'no-cors'})`
  if (kind === 'js') return `${run};\n`
  if (kind === 'svg') return `<svg xmlns="http://www.w3.org/2000/svg" onload="${run}"><script>${run}</script></svg>`
  return `<!doctype html><title>ran</title><script>${run}</script><img src="x:" onerror="${run}">`
}

/**
 * Runs in the attacking page, one attempt after the other, so that each gets the bytes and not a 429. The controls come
 * last: when they have run, the others had their turn.
 */
const ATTACK = `
const urls = JSON.parse(decodeURIComponent(location.hash.slice(1)))
const controls = ['html', 'svg', 'js'].map((kind) => '/control/' + kind)
const attempt = async (run) => {
  try { Promise.resolve(run()).catch(() => {}) } catch {}
  await new Promise((resolve) => setTimeout(resolve, 120))
}
const add = (tag, fields) => document.body.append(Object.assign(document.createElement(tag), fields))
for (const url of [...urls, ...controls]) {
  await attempt(() => add('script', { src: url }))
  await attempt(() => add('script', { src: url, type: 'module' }))
  await attempt(() => import(url))
  await attempt(() => new Worker(url))
  await attempt(() => new Worker(url, { type: 'module' }))
  await attempt(() => add('iframe', { src: url }))
  await attempt(() => add('object', { data: url }))
  await attempt(() => add('embed', { src: url }))
  await attempt(() => add('img', { src: url }))
}
`

/** Starts on a free port of this machine. */
export const startBeacon = async (): Promise<Beacon> => {
  const ran = new Set<string>()
  let url = ''
  const server = createServer((request, response) => {
    const [, first, name = ''] = (request.url ?? '').split('/')
    if (first === 'ran') ran.add(name)
    if (first === 'control') {
      response.setHeader('Content-Type', TYPES[name as Kind])
      response.end(payloadOf(url, name as Kind, 'control'))
    } else if (first === 'attack') {
      response.setHeader('Content-Type', 'text/html')
      response.end(`<!doctype html><title>attack</title><body><script type="module">${ATTACK}</script>`)
    } else response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    ran,
    payload: (kind, tag) => payloadOf(url, kind, tag),
    attackUrl: (urls) => `${url}/attack#${encodeURIComponent(JSON.stringify(urls))}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
