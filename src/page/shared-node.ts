/** The node in the SharedWorker of this origin. */
import type { Result } from '../core/result.ts'
import { type Connection, openConnection } from '../rpc/connection.ts'
import type { KithError } from '../rpc/errors.ts'
import { err } from '../rpc/handlers.ts'

/** Why the SharedWorker is not the node; `port` reaches it as a broker, when it runs at all. */
export interface NotShared {
  readonly type: 'not-shared'
  readonly port?: MessagePort
}

/** One attempt. A SharedWorker that crashed is started anew; one that runs is joined. */
export const dialSharedNode = async (options: {
  readonly url: string
  readonly startWorker: (url: string) => SharedWorker
  readonly lock: string
}): Promise<Result<Connection, KithError | NotShared>> => {
  if (typeof SharedWorker !== 'function') return err({ type: 'not-shared' })
  const worker = options.startWorker(options.url)
  worker.port.start()
  // Fires when the script does not load, which is how browsers without module SharedWorkers refuse it.
  const failed = new Promise<Result<Connection, KithError | NotShared>>((resolve) => {
    worker.onerror = () => resolve(err({ type: 'not-shared' }))
  })
  const opened = openConnection({
    carry: (hello, transfer) => void worker.port.postMessage(hello, transfer),
    lock: options.lock,
  })
  const result = await Promise.race([opened, failed])
  if (result.ok || result.error.type !== 'no-key-storage') return result
  return err({ type: 'not-shared', port: worker.port })
}
