/** Answers `import`, `export`, `restore`, `drill`, `stop-drill` and `remove-device`. What does the work is loaded when it is first asked for. */
import { lazily } from '../api/lazy.ts'
import type { StartNode } from '../drill/scratch-node.ts'
import type { InternalServices } from '../internal-services.ts'
import type { Connection } from '../services.ts'
import type { Transfer } from './transfer.ts'

/** The handlers; all calls share one set, so that work of one kind is done one piece at a time. */
export const transferRequests = (
  services: InternalServices,
  connection: Connection,
  startDrill: StartNode,
): Transfer => {
  const load = lazily(() =>
    import('../later.ts').then(({ createTransfer }) => createTransfer(services, connection, startDrill)),
  )
  return {
    import: async (input, context) => (await load()).import(input, context),
    export: async (input, context) => (await load()).export(input, context),
    restore: async (input, context) => (await load()).restore(input, context),
    drill: async (input, context) => (await load()).drill(input, context),
    'stop-drill': async (input, context) => (await load())['stop-drill'](input, context),
    'remove-device': async (input, context) => (await load())['remove-device'](input, context),
    adoptEpoch: async () => (await load()).adoptEpoch(),
  }
}
