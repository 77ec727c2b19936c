/** Everything that moves a person's content in and out, as one chunk that is loaded with the first of it. */
import type { RequestHandlers } from '../api/requests.ts'
import type { InternalServices } from '../internal-services.ts'
import type { Connection } from '../services.ts'
import { exportRequests } from './export-requests.ts'
import { importRequests } from './import/import-requests.ts'
import { restoreRequests } from './restore-requests.ts'

/** The requests of this folder. */
export type TransferHandlers = Pick<RequestHandlers, 'import' | 'export' | 'restore'>

/** Answers all of them. */
export const createTransfer = (services: InternalServices, connection: Connection): TransferHandlers => ({
  ...importRequests(services),
  ...exportRequests(services),
  ...restoreRequests(services, connection),
})
