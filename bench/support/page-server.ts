/** Serves one page on this machine, gzipped as a host would. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'

/** A page that is served. */
export interface PageServer {
  readonly url: string
  close(): Promise<void>
}

/** Serves `body` with the module `script` at every path but the script's own. */
export const servePage = async (body: string, script: string): Promise<PageServer> => {
  const page = gzipSync(`<!doctype html><title>bench</title>${body}<script type="module" src="/page.js"></script>`)
  const code = gzipSync(script)
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js'
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html')
    response.setHeader('Content-Encoding', 'gzip')
    response.end(isScript ? code : page)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
