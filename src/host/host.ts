/**
 * A host, composed: the app over HTTP, the index and the relay over websockets, one process, one port. Everything it
 * knows of its clients is in memory and comes back with them.
 */

import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Verifier } from '../core/ports.ts'
import { CHALLENGE_BYTES, HOST_PROTOCOL_VERSION } from '../core/swarm/host-limits.ts'
import type { LogIn, Welcome } from '../core/swarm/host-protocol.ts'
import { answerText } from './http/answer.ts'
import { answer, type RouteContext } from './http/routes.ts'
import { securityHeaders } from './http/security-headers.ts'
import { createStaticFiles } from './http/static-files.ts'
import { createHub, type Hub } from './index/hub.ts'
import { checkLogIn, isDeviceOf, type LoginRules } from './index/log-in.ts'
import { createOriginWarnings, createOwnOrigins } from './index/origins.ts'
import { HEADERS_TIMEOUT, MAX_HEADER_BYTES } from './limits.ts'
import { type Acceptor, acceptWebSockets } from './socket/accept.ts'
import { type AddressOf, createAddressOf } from './socket/addresses.ts'
import { createDoors } from './tunnel/doors.ts'

/** What a host needs to know. */
export interface HostOptions {
  /** 0 takes a free one. */
  readonly port: number
  /** Address to listen on; all of them when absent. */
  readonly address?: string
  /** Address under which clients reach it; `http(s)://localhost:PORT` when absent. */
  readonly publicUrl?: string
  /** PEM texts; plain HTTP, for this machine or behind a proxy, when absent. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** STUN and TURN URLs that clients are told. */
  readonly ice?: readonly string[]
  /** The built app. */
  readonly staticDir: string
  readonly version: string
  readonly verifier: Verifier
  /** A proxy in the same network hands on all requests, and says from whom; see socket/addresses.ts. */
  readonly behindProxy?: boolean
  /** Told what whoever runs the host should know, in words. */
  readonly warn?: (line: string) => void
}

/** A host that listens. */
export interface Host {
  /** Address that works on this machine. */
  readonly url: string
  readonly publicUrl: string
  readonly port: number
  /** Tells clients, waits a moment for them, and stops. */
  close(): Promise<void>
}

/** Starts to listen. Rejects when the port is taken or the certificate is none. */
export const createHost = async (options: HostOptions): Promise<Host> => {
  const server = createHttpServer(options)
  const port = await listen(server, options)
  const url = `${options.tls ? 'https' : 'http'}://localhost:${port}`
  const publicUrl = options.publicUrl ?? url
  const hub = createHub(after, stopwatch)
  const addressOf = createAddressOf(options.behindProxy ?? false, options.warn ?? (() => undefined))
  const acceptor = serveSockets(server, options, { hub, publicUrl, port, addressOf })
  serveRequests(server, routesOf(options, { hub, publicUrl, acceptor, addressOf }), new URL(publicUrl).host)
  return { url, publicUrl, port, close: () => close(server, acceptor) }
}

const createHttpServer = ({ tls }: HostOptions): Server => {
  const limits = { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: HEADERS_TIMEOUT }
  return tls ? createTlsServer({ ...limits, ...tls }) : createServer(limits)
}

const listen = async (server: Server, { port, address }: HostOptions): Promise<number> => {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, ...(address === undefined ? {} : { host: address }) }, resolve)
  })
  return (server.address() as AddressInfo).port
}

interface Address {
  readonly hub: Hub
  readonly publicUrl: string
  readonly port: number
  readonly addressOf: AddressOf
}

const serveSockets = (server: Server, options: HostOptions, { hub, publicUrl, port, addressOf }: Address): Acceptor => {
  const { verifier, ice = [], warn = () => undefined } = options
  const welcome: Welcome = { type: 'welcome', version: HOST_PROTOCOL_VERSION, publicUrl, ice }
  const rules: LoginRules = {
    publicUrl,
    isOwnOrigin: createOwnOrigins(publicUrl, port),
    onWrongOrigin: createOriginWarnings(publicUrl, warn),
    verifier,
    isDeviceOf: (device, person, keyEvents) => isDeviceOf(verifier, device, person, keyEvents),
  }
  const context = {
    hub,
    welcome,
    stopwatch,
    newChallenge: () => new Uint8Array(randomBytes(CHALLENGE_BYTES)),
    checkLogIn: (logIn: LogIn, challenge: Uint8Array) => checkLogIn(logIn, challenge, rules),
  }
  return acceptWebSockets(server, context, addressOf)
}

const routesOf = (
  { staticDir, version, tls, verifier, ice = [] }: HostOptions,
  { hub, publicUrl, acceptor, addressOf }: Omit<Address, 'port'> & { readonly acceptor: Acceptor },
): RouteContext => {
  const started = performance.now()
  const doors = createDoors({ hub, publicUrl, verifier, clock: { now: () => Date.now() }, stopwatch, addressOf })
  return {
    isTls: tls !== undefined,
    files: createStaticFiles(staticDir),
    doors,
    facts: () => ({ version, publicUrl, ice }),
    health: () => ({
      status: 'ok',
      version,
      seconds: Math.round((performance.now() - started) / 1000),
      connections: acceptor.connections(),
      ...hub.stats(),
      ...doors.stats(),
    }),
  }
}

const serveRequests = (server: Server, context: RouteContext, publicHost: string): void => {
  server.on('request', (request, response) => {
    response.setHeaders(new Map(Object.entries(securityHeaders(request.headers.host, publicHost))))
    answer(request, response, context).catch(() => {
      // A file that vanished between stat and read, while a build replaces it.
      if (!response.headersSent) answerText(request, response, 503, 'Not now')
    })
  })
}

const close = async (server: Server, acceptor: Acceptor): Promise<void> => {
  const closed = new Promise((resolve) => server.close(resolve))
  await acceptor.close()
  server.closeAllConnections()
  await closed
}

const stopwatch = (): number => performance.now()

const after = (run: () => void, milliseconds: number): (() => void) => {
  const timer = setTimeout(run, milliseconds)
  return () => clearTimeout(timer)
}
