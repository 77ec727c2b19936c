/** {@link HttpClient} on Node.js, where names are looked up here: one that leads into a private network is refused. */
import { lookup } from 'node:dns'
import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import { isLoopbackHost } from '../../core/identity/person-link.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { addressKind } from '../../core/swarm/ip-address.ts'
import type { HttpAnswer, HttpClient, HttpFailure, HttpRequest } from './http.ts'

class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError'
}

type Outcome = Result<HttpAnswer, HttpFailure>

/** `page` is the origin whose pages are asked for in the `Origin` header: whether they may read is in the answer. */
export const createNodeHttp =
  (page: string): HttpClient =>
  (request) =>
    new Promise((resolve) => {
      const url = new URL(request.url)
      if (request.trust === 'strangers' && isForbidden(hostnameOf(url), url)) return resolve(err('private-address'))
      const send = url.protocol === 'https:' ? requestHttps : requestHttp
      const sent = send(url, optionsOf(request, url, page), (response) => {
        receive(response, request, page).then(resolve, () => resolve(err('unreachable')))
      })
      sent.on('error', (error) =>
        resolve(err(error instanceof PrivateAddressError ? 'private-address' : 'unreachable')),
      )
      sent.end(request.body)
    })

const hostnameOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '')

/** Whether an address is none that a stranger may send this node to; a name is none as long as it is not looked up. */
const isForbidden = (address: string, { origin }: URL): boolean => {
  const kind = addressKind(address)
  return kind === 'private' || (kind === 'loopback' && !isLoopbackHost(origin))
}

const optionsOf = ({ method, headers, body, timeout, trust }: HttpRequest, url: URL, page: string): RequestOptions => ({
  method,
  headers: { ...headers, origin: page, ...(body && { 'content-length': String(body.length) }) },
  signal: AbortSignal.timeout(timeout),
  // Not kept open: a connection that a stranger's server holds would outlive its budget.
  agent: false,
  ...(trust === 'strangers' && { lookup: guardedLookup(url) }),
})

/** The addresses that the connection then uses are the ones that were looked at: nothing is looked up twice. */
const guardedLookup =
  (url: URL): LookupFunction =>
  (hostname, options, callback) =>
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, [])
      if (addresses.some(({ address }) => isForbidden(address, url))) return callback(new PrivateAddressError(), [])
      const [first] = addresses
      if (options.all) callback(null, addresses)
      else callback(null, first!.address, first!.family)
    })

const receive = async (response: IncomingMessage, { maxBytes }: HttpRequest, page: string): Promise<Outcome> => {
  const { statusCode: status = 0, headers } = response
  if (status >= 300 && status < 400 && status !== 304) {
    response.destroy()
    return err('redirected')
  }
  const parts: Buffer[] = []
  let size = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length
    if (size > maxBytes) {
      response.destroy()
      return err('too-large')
    }
    parts.push(part)
  }
  const header = (name: string): string | undefined => {
    const value = headers[name]
    return Array.isArray(value) ? value.join(', ') : value
  }
  const allowed = header('access-control-allow-origin')
  const body = new Uint8Array(Buffer.concat(parts))
  return ok({ status, header, body, isOpenToPages: allowed === '*' || allowed === page })
}
