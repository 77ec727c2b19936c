/**
 * What is seldom done with all of a person, as one chunk that is loaded with the first of it: moving their content in
 * and out, bringing them back and rehearsing that, adding and removing devices.
 */
import type { RequestHandlers } from '../api/requests.ts'
import { adoptEpoch } from '../devices/adopt-epoch.ts'
import { removeDevice } from '../devices/remove-device.ts'
import { drillRequests } from '../drill/drill.ts'
import type { StartNode } from '../drill/scratch-node.ts'
import type { InternalServices } from '../internal-services.ts'
import type { Connection } from '../services.ts'
import { createMutex } from '../stores/mutex.ts'
import { exportRequests } from './export-requests.ts'
import { importRequests } from './import/import-requests.ts'
import { restoreRequests } from './restore-requests.ts'

/** What the chunk does. */
export interface Transfer
  extends Pick<RequestHandlers, 'import' | 'export' | 'restore' | 'drill' | 'stop-drill' | 'remove-device'> {
  /** Takes over the newest epoch of the account secret that is held. */
  adoptEpoch(): Promise<void>
}

/** Answers all of them. */
export const createTransfer = (services: InternalServices, connection: Connection, startDrill: StartNode): Transfer => {
  // Both change the account secret.
  const oneAtATime = createMutex()
  return {
    ...importRequests(services),
    ...exportRequests(services),
    ...restoreRequests(services, connection),
    ...drillRequests(services, startDrill),
    'remove-device': (input, context) => oneAtATime(() => removeDevice(services, input, context)),
    adoptEpoch: () => oneAtATime(() => adoptEpoch(services)),
  }
}
