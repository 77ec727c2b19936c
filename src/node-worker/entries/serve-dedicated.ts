/** What the worker of an elected tab does: be the node for every hello that its page passes on. */
import type { Result } from '../../core/result.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { Hello } from '../../rpc/hello.ts'
import { createNodeServer, type ServedNode } from '../../rpc/serve.ts'

/** Listens at once: hellos come while the node is still starting. */
export const serveDedicated = (
  scope: { onmessage: ((event: MessageEvent) => unknown) | null },
  starting: Promise<Result<ServedNode, KithError>>,
): void => {
  const server = createNodeServer({ starting, locks: navigator.locks })
  scope.onmessage = ({ data }: MessageEvent<Hello>) => server.accept(data)
}
