/**
 * Reads over HTTP, bounded in bytes, in time and in all: whoever answers may be anybody. Without credentials, redirects
 * or caches. Rule [RC10].
 */
import type { Platform } from '../platform.ts'
import { readBody } from '../read-body.ts'

/** One request, milliseconds: a host waits 20 s for a device, which is longer than anybody looks at a page. */
export const REQUEST_TIMEOUT = 8_000
/** Everything that one recovery asks, milliseconds. */
export const SEARCH_TIMEOUT = 120_000
/** Requests to one host at one time; it lets one caller have eight. */
export const MAX_PARALLEL = 6
/** A host that is busy is asked again so many times, and not later than after so many milliseconds. */
const MAX_RETRIES = 2
const MAX_RETRY_WAIT = 3_000

/** The word that something was taken, bytes. */
const MAX_WORD_BYTES = 1024

/** What a request came to. */
export type Answer =
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  /** The other side said no. */
  | { readonly type: 'refused'; readonly status: number }
  | { readonly type: 'too-large' }
  /** Nobody there, too late, or cut off. */
  | { readonly type: 'silent' }

/** See the module's doc. */
export interface Http {
  /** @param limit bytes of the answer */
  get(url: string, limit: number): Promise<Answer>
  /** Whether the other side took `body`. */
  put(url: string, body: Uint8Array): Promise<boolean>
  /** Ends what is under way; from then on everything is silent. */
  close(): void
}

type Ports = Pick<Platform, 'fetch' | 'timers'>

const OPTIONS = {
  credentials: 'omit',
  redirect: 'error',
  cache: 'no-store',
  referrerPolicy: 'no-referrer',
} as const satisfies RequestInit

const BUSY: ReadonlySet<number> = new Set([429, 503])

/** For one search: it ends {@link SEARCH_TIMEOUT} after it was made, or when it is closed. */
export const createHttp = ({ fetch, timers }: Ports): Http => {
  const running = new Set<AbortController>()
  let isOver = false
  const close = (): void => {
    isOver = true
    timers.clearTimeout(end)
    for (const controller of running) controller.abort()
  }
  const end = timers.setTimeout(close, SEARCH_TIMEOUT)

  const once = async (
    url: string,
    limit: number,
    init: RequestInit,
  ): Promise<Answer | { readonly type: 'busy'; readonly wait: number }> => {
    const controller = new AbortController()
    running.add(controller)
    const timer = timers.setTimeout(() => controller.abort(), REQUEST_TIMEOUT)
    try {
      const response = await fetch(url, { ...OPTIONS, ...init, signal: controller.signal })
      if (response.ok) return toAnswer(await readBody(response, limit))
      await response.body?.cancel()
      const { status } = response
      return BUSY.has(status) ? { type: 'busy', wait: waitOf(response) } : { type: 'refused', status }
    } catch {
      return { type: 'silent' }
    } finally {
      timers.clearTimeout(timer)
      running.delete(controller)
    }
  }

  const ask = async (url: string, limit: number, init: RequestInit): Promise<Answer> => {
    for (let retry = 0; !isOver; retry++) {
      const answer = await once(url, limit, init)
      if (answer.type !== 'busy') return answer
      if (retry >= MAX_RETRIES) break
      await new Promise<void>((resolve) => timers.setTimeout(resolve, answer.wait))
    }
    return { type: 'silent' }
  }

  return {
    get: (url, limit) => ask(url, limit, {}),
    async put(url, body) {
      const init = { method: 'PUT', body: body.slice() }
      return (await ask(url, MAX_WORD_BYTES, init)).type === 'bytes'
    },
    close,
  }
}

/** Milliseconds that a busy host asks for, as far as anybody waits. */
const waitOf = (response: Response): number => {
  const seconds = Number(response.headers.get('Retry-After'))
  return Math.min(MAX_RETRY_WAIT, Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 1000)
}

const toAnswer = (bytes: Uint8Array | undefined): Answer => (bytes ? { type: 'bytes', bytes } : { type: 'too-large' })
