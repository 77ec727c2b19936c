/** The connection of a node that was given none. */
import type { Connection } from './services.ts'

/** Nobody is there. */
export const OFFLINE: Connection = {
  view: () => ({
    online: false,
    hosts: [],
    people: 0,
    sessions: [],
    waiting: 0,
    onlyHere: 0,
    refused: {},
    arriving: 0,
  }),
  isOnline: () => false,
  announcedUrl: async () => undefined,
  connectNow: () => {},
  attachModem: (port) => port.close(),
  close: async () => {},
}
