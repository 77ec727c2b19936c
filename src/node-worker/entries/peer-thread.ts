/** The main thread's side of a peer on Node.js: starts the worker thread, speaks to it as a page would, ends it. */
import { Worker } from 'node:worker_threads'
import { err, ok, type Result } from '../../core/result.ts'
import { createNodeClient, type NodeClient } from '../../rpc/client.ts'
import { openConnection } from '../../rpc/connection.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { Hello } from '../../rpc/hello.ts'
import type { ThreadData, ToThread } from './thread-data.ts'

/** A peer that runs. */
export interface PeerThread {
  readonly client: NodeClient
  /** Resolves when running work is finished and the store closed. */
  close(): Promise<void>
}

/** Starts `script` (the built worker-thread.js) over `data`. Fails with `in-use`, `no-storage` or `newer-version`. */
export const startPeerThread = async (script: URL, data: ThreadData): Promise<Result<PeerThread, KithError>> => {
  const worker = new Worker(script, { workerData: data })
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const client = createNodeClient({
    dial: () => openConnection({ carry: (hello: Hello, ports) => void worker.postMessage(hello, ports as never) }),
    newId: () => crypto.randomUUID(),
    now: () => Date.now(),
  })
  const close = async (): Promise<void> => {
    client.close()
    worker.postMessage({ type: 'stop' } satisfies ToThread)
    await ended
  }
  const ready = await client.ready
  if (ready.ok) return ok({ client, close })
  await close()
  return err(ready.error)
}
