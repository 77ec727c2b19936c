/** Answers `import`, `export` and `restore`. What does the work is loaded when it is first asked for. */
import type { InternalServices } from '../internal-services.ts'
import type { TransferHandlers } from './transfer.ts'

/** The handlers; all calls share one set, so that work of one kind is done one piece at a time. */
export const transferRequests = (services: InternalServices): TransferHandlers => {
  let loading: Promise<TransferHandlers> | undefined
  const load = (): Promise<TransferHandlers> => {
    const handlers = loading ?? import('./transfer.ts').then(({ createTransfer }) => createTransfer(services))
    loading = handlers
    // A chunk that did not load, for want of a network, is asked for again the next time.
    handlers.catch(() => {
      loading = undefined
    })
    return handlers
  }
  return {
    import: async (input, context) => (await load()).import(input, context),
    export: async (input, context) => (await load()).export(input, context),
    restore: async (input, context) => (await load()).restore(input, context),
  }
}
