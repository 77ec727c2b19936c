/** Requests to servers that are no hosts, as the narrowest thing that browsers and Node.js can both do: types only. */
import type { Result } from '../../core/result.ts'

/** One request. Never with credentials of the browser, and no redirect is followed. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** An answer with a longer body is broken off. */
  readonly maxBytes: number
  /** Milliseconds for the whole answer. */
  readonly timeout: number
  /**
   * `own`: the person chose this server. `strangers`: somebody else named it; where the platform looks names up, one
   * that leads into a private network is not followed.
   */
  readonly trust: 'own' | 'strangers'
}

/** What came back, whatever its status. */
export interface HttpAnswer {
  readonly status: number
  /** Of a name in lower case; in browsers only what the server lets pages see. */
  header(name: string): string | undefined
  readonly body: Uint8Array
  /** Whether pages may read it. */
  readonly isOpenToPages: boolean
}

/** Why nothing came back. */
export type HttpFailure =
  | 'unreachable'
  /** There is a server, and it lets no page read its answer. Browsers only. */
  | 'closed-to-pages'
  | 'redirected'
  | 'too-large'
  | 'private-address'

/** Sends one request. */
export type HttpClient = (request: HttpRequest) => Promise<Result<HttpAnswer, HttpFailure>>
