/**
 * A proxy in front of a host, as people put one there: it asks under a name of its own. It also lets browsers report
 * what the security policy refuses, in every thread and engine, and serves a page of a stranger's under that policy.
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'

/** See the module's doc. */
export interface CspProxy {
  /** Where browsers find it. */
  readonly url: string
  /** The address of a page in which scripts from inside and outside the folder try to run. */
  readonly strangersPage: string
  /** What the browser reported as refused, one line each. */
  readonly reports: () => readonly string[]
  /** Paths that were asked for, in their order. */
  readonly asked: () => readonly string[]
  /** The host behind it; it may be set later than the proxy is made, because it wants to know the proxy's address. */
  readonly setTarget: (url: string) => void
  /** From now on scripts whose path matches begin with `code`: so a test reaches into workers, where nothing else does. */
  readonly prepend: (path: RegExp, code: string) => void
  readonly close: () => Promise<void>
}

/** The name under which the host is asked. */
const INNER_NAME = 'inner.example'

const STRANGERS_PAGE = `<!doctype html><meta charset="utf-8"><title>Scripts</title>
<script>globalThis.ran = [...(globalThis.ran ?? []), 'inline']</script>
<script src="/outside.js"></script>
<script src="/assets/../outside.js?twice"></script>
<script src="/assets/inside.js"></script>`

const SCRIPT = (name: string): string => `globalThis.ran = [...(globalThis.ran ?? []), '${name}']`

const OWN: Readonly<Record<string, { readonly type: string; readonly body: string }>> = {
  '/strangers.html': { type: 'text/html', body: STRANGERS_PAGE },
  '/outside.js': { type: 'text/javascript', body: SCRIPT('outside') },
  '/assets/inside.js': { type: 'text/javascript', body: SCRIPT('inside') },
}

const readBody = async (incoming: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = []
  for await (const part of incoming) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}

/** One line of a report: which directive refused what, and where. */
const toLine = (text: string): string => {
  const report = (JSON.parse(text) as { 'csp-report': Record<string, string> })['csp-report']
  return `${report['violated-directive']} refused ${report['blocked-uri']} at ${report['source-file'] ?? report['document-uri']}`
}

/** Starts one on a free port of this machine. */
export const startCspProxy = async (): Promise<CspProxy> => {
  const reports: string[] = []
  const asked: string[] = []
  const preludes: (readonly [RegExp, string])[] = []
  let target = new URL('http://127.0.0.1:9')

  const reporting = (headers: IncomingMessage['headers']) => ({
    'content-security-policy': `${headers['content-security-policy']}; report-uri /csp-report`,
  })
  /** Sends a script on with something before it. */
  const sendChanged = async (response: IncomingMessage, answer: ServerResponse, code: string): Promise<void> => {
    const { 'content-length': _, ...headers } = { ...response.headers, ...reporting(response.headers) }
    answer.writeHead(response.statusCode ?? 502, headers).end(`${code}\n${await readBody(response)}`)
  }
  const pass = (incoming: IncomingMessage, answer: ServerResponse, path = incoming.url): void => {
    const own = OWN[incoming.url?.split('?', 1)[0] ?? '']
    const code = preludes.flatMap(([pattern, text]) => (pattern.test(incoming.url ?? '') ? [text] : [])).join('\n')
    const plain = code ? { 'accept-encoding': 'identity' } : {}
    const headers = { ...incoming.headers, ...plain, host: INNER_NAME }
    const onward = request({ hostname: target.hostname, port: target.port, path, headers }, (response) => {
      const { statusCode = 502 } = response
      if (code) {
        void sendChanged(response, answer, code)
        return
      }
      if (!own) {
        answer.writeHead(statusCode, { ...response.headers, ...reporting(response.headers) })
        response.pipe(answer)
        return
      }
      response.resume()
      answer.writeHead(200, { 'content-type': own.type, ...reporting(response.headers) }).end(own.body)
    })
    onward.on('error', () => answer.destroy())
    onward.end()
  }
  const upgrade = (incoming: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const onward = connect(Number(target.port), target.hostname, () => {
      const lines = Object.entries({ ...incoming.headers, host: INNER_NAME }).map(
        ([name, value]) => `${name}: ${value}`,
      )
      onward.write(`GET ${incoming.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
      onward.write(head)
      onward.pipe(socket).pipe(onward)
    })
    onward.on('error', () => socket.destroy())
    socket.on('error', () => onward.destroy())
  }
  const server = createServer((incoming, answer) => {
    if (incoming.url === '/csp-report') {
      void readBody(incoming).then((text) => reports.push(toLine(text)))
      answer.writeHead(204).end()
      return
    }
    asked.push(incoming.url ?? '')
    pass(incoming, answer, OWN[incoming.url?.split('?', 1)[0] ?? ''] ? '/' : incoming.url)
  })
  server.on('upgrade', upgrade)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://localhost:${(server.address() as AddressInfo).port}`
  return {
    url,
    strangersPage: `${url}/strangers.html`,
    reports: () => reports,
    asked: () => asked,
    setTarget: (next) => {
      target = new URL(next.replace('localhost', '127.0.0.1'))
    },
    prepend: (path, code) => void preludes.push([path, code]),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
