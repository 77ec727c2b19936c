/** The connection of a node that was given none. */
import type { NetworkView } from '../rpc/views.ts'
import type { Connection } from './services.ts'

/** Nobody is there, and nothing is on its way. */
export const NO_WEATHER: NetworkView = {
  online: false,
  hosts: [],
  people: 0,
  sessions: [],
  waiting: 0,
  onlyHere: 0,
  refused: {},
  arriving: 0,
}

/** Nobody will be there. */
export const OFFLINE: Connection = {
  view: () => NO_WEATHER,
  isOnline: () => false,
  announcedUrl: async () => undefined,
  safety: async () => undefined,
  connectNow: () => {},
  attachModem: (port) => port.close(),
  close: async () => {},
}
