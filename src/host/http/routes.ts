/** Which path gets what: the host's own answers, its doors, the app's files, and the app itself for every page route. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { HOST_SOCKET_PATH } from '../../core/swarm/host-limits.ts'
import type { Doors } from '../tunnel/doors.ts'
import { answerElsewhere, answerFile, answerJson, answerText } from './answer.ts'
import { namedOrigin } from './named-address.ts'
import type { StaticFiles } from './static-files.ts'

/** What the page learns of its host from `/host.json`. */
export interface HostFacts {
  readonly version: string
  /** Address to make links with. */
  readonly publicUrl: string
  readonly ice: readonly string[]
}

/** What a host answers requests with. */
export interface RouteContext {
  /** Whether it speaks https itself. */
  readonly isTls: boolean
  readonly files: StaticFiles
  readonly doors: Doors
  facts(): HostFacts
  health(): Readonly<Record<string, string | number>>
}

/** Longest path that is looked at. */
export const MAX_PATH_LENGTH = 2_048

/** First segments that are never pages: files, the socket, and what devices serve through the host. */
const NOT_PAGES = /^\/(assets|at|k|b)(\/|$)/

/** A file name at the end: asked for by a page or a robot, not by a person. Person links (`/@…`) are exempt. */
const FILE_NAME = /^\/(?!@).*\.[a-z0-9]+$/i

/** Answers one request. */
export const answer = async (
  request: IncomingMessage,
  response: ServerResponse,
  context: RouteContext,
): Promise<void> => {
  const path = pathOf(request.url ?? '')
  const door = path === undefined ? undefined : context.doors.find(path)
  if (door) return door(request, response)
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuseMethod(request, response)
  if (path === undefined) return answerText(request, response, 400, 'Not a path')
  if (path === '/healthz') return answerJson(request, response, context.health())
  if (path === '/host.json') return answerJson(request, response, context.facts())
  if (path === HOST_SOCKET_PATH) return answerText(request, response, 426, 'This is a websocket')
  await answerApp(request, response, path, context)
}

const answerApp = async (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  { files, facts, isTls }: RouteContext,
): Promise<void> => {
  const isPage = (!NOT_PAGES.test(path) && !FILE_NAME.test(path)) || path.endsWith('.html')
  const named = isPage ? namedOrigin(request.headers.host, { publicUrl: facts().publicUrl, isTls }) : undefined
  if (named === 'nowhere') return answerText(request, response, 421, 'Open this host under a name')
  if (named !== undefined) return answerElsewhere(request, response, named + request.url)
  const file = (await files.find(path)) ?? (isPage ? await files.find('/index.html') : undefined)
  if (file) await answerFile(request, response, file)
  else answerText(request, response, 404, 'Not found')
}

/** The decoded path of a request; undefined when it is none. */
const pathOf = (url: string): string | undefined => {
  const path = url.split('?', 1)[0]!
  if (!path.startsWith('/') || path.length > MAX_PATH_LENGTH) return undefined
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}

const refuseMethod = (request: IncomingMessage, response: ServerResponse): void => {
  response.setHeader('Allow', 'GET, HEAD')
  answerText(request, response, 405, 'GET or HEAD')
}
