/**
 * The connection behind the start: a node reads, shows and writes before the part that meets others is here, a third of
 * its script. Rule N43 of docs/protocol.
 */
import { OFFLINE } from '../offline.ts'
import type { Connect, Connection, NodeServices } from '../services.ts'

/** Milliseconds until it is tried again, where it could not be loaded. */
const RETRY_MS = 5_000
/** Milliseconds that somebody who needs it waits for it. */
const PATIENCE_MS = 3_000

/** A connection over whatever `load` brings, which begins at once and is tried again until it succeeds. */
export const connectLater =
  (load: () => Promise<Connect>): Connect =>
  (services) => {
    const modems: MessagePort[] = []
    let connection: Connection | undefined
    let isClosed = false
    let retry: unknown

    const use = (connect: Connect): Connection => {
      connection = connect(services)
      for (const port of modems.splice(0)) connection.attachModem(port)
      services.changes.emit('connection')
      return connection
    }
    const begin = async (): Promise<Connection> => {
      try {
        const connect = await load()
        return isClosed ? OFFLINE : use(connect)
      } catch (error) {
        report(services, error)
        return new Promise((resolve) => {
          retry = services.platform.timers.setTimeout(() => resolve(begin()), RETRY_MS)
        })
      }
    }
    const connected = begin()
    const soon = <T>(promise: Promise<T>): Promise<T | undefined> =>
      Promise.race([
        promise,
        new Promise<undefined>((resolve) => {
          services.platform.timers.setTimeout(() => resolve(undefined), PATIENCE_MS)
        }),
      ])

    return {
      view: () => (connection ?? OFFLINE).view(),
      isOnline: (person) => connection?.isOnline(person) ?? false,
      announcedUrl: async (host) => (connection ?? (await soon(connected)))?.announcedUrl(host),
      safety: async () => connection?.safety(),
      // What was not begun yet dials as soon as it begins.
      connectNow: () => connection?.connectNow(),
      attachModem(port) {
        if (connection) connection.attachModem(port)
        else if (isClosed) port.close()
        else modems.push(port)
      },
      async close() {
        isClosed = true
        services.platform.timers.clearTimeout(retry)
        for (const port of modems.splice(0)) port.close()
        await connection?.close()
      },
    }
  }

const report = ({ platform }: NodeServices, error: unknown): void =>
  platform.log({ level: 'error', what: 'connection', detail: String(error) })
