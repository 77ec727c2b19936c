/** {@link HttpClient} over fetch. Browsers neither say why a request failed nor look names up for us. */
import { err, ok } from '../../core/result.ts'
import type { Platform } from '../platform.ts'
import { readBody } from '../read-body.ts'
import type { HttpClient, HttpFailure, HttpRequest } from './http.ts'

/** No cookies, no referrer, nothing from a cache, no redirects: what both fetches have in common. */
const PLAIN = { credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store' } as const

/** See the module's doc. */
export const createFetchHttp =
  (fetch: Platform['fetch']): HttpClient =>
  async (request) => {
    const signal = AbortSignal.timeout(request.timeout)
    try {
      const { method, url, headers, body } = request
      const init = { ...PLAIN, method, headers, redirect: 'manual', mode: 'cors', signal } as const
      const response = await fetch(url, { ...init, ...(body && { body: body as Uint8Array<ArrayBuffer> }) })
      if (response.type === 'opaqueredirect') return err('redirected')
      const read = await readBody(response, request.maxBytes)
      if (!read) return err('too-large')
      const header = (name: string): string | undefined => response.headers.get(name) ?? undefined
      return ok({ status: response.status, header, body: read, isOpenToPages: true })
    } catch {
      return err(await whyNot(fetch, request, signal))
    }
  }

/** A signal that ends after a time, or before. */
const endable = (timeout: number): { readonly signal: AbortSignal; readonly abort: () => void } => {
  const controller = new AbortController()
  const signal = AbortSignal.any([controller.signal, AbortSignal.timeout(timeout)])
  return { signal, abort: () => controller.abort() }
}

/**
 * Whether a server is there at all: one that lets pages in only without reading answers this and not the other. Asked
 * only of servers of the person's own choice, without keys. Such a request cannot refuse redirects.
 */
const whyNot = async (
  fetch: Platform['fetch'],
  { trust, method, url, timeout }: HttpRequest,
  before: AbortSignal,
): Promise<HttpFailure> => {
  // A HEAD asks for what may not be there, and what is not there some servers hide from pages.
  if (trust !== 'own' || method === 'HEAD' || before.aborted) return 'unreachable'
  const { signal, abort } = endable(timeout)
  try {
    // Not HEAD: servers that answer it with a body, against the standard, would seem to be none.
    await fetch(url, { ...PLAIN, mode: 'no-cors', signal })
    return 'closed-to-pages'
  } catch {
    return 'unreachable'
  } finally {
    abort()
  }
}
