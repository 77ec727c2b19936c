/** What the node's own modules share with each other: more than its connection is given. */
import type { Jobs } from './api/jobs.ts'
import type { FileBook } from './files/files.ts'
import type { OwnLogs } from './log/own-logs.ts'
import type { Sealing } from './log/sealing.ts'
import type { AccountBook } from './person/account.ts'
import type { PersonsBook } from './person/persons.ts'
import type { NodeServices } from './services.ts'

/**
 * Modules are functions of these that return request handlers, query handlers or a view of a log:
 * `fooRequests(services): Pick<RequestHandlers, …>`, `fooQueries(services): Pick<QueryHandlers, …>`.
 * Views of logs are given to the log service when the node is composed (node.ts): `LogViews` by log id.
 */
export interface InternalServices extends NodeServices {
  readonly logs: OwnLogs
  readonly persons: PersonsBook
  readonly account: AccountBook
  readonly files: FileBook
  readonly sealing: Sealing
  readonly jobs: Jobs
}
