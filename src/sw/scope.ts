/** The global of this thread, typed: TypeScript's WebWorker library leaves `self` a plain worker scope. */
declare const self: ServiceWorkerGlobalScope

/** The service worker itself. */
export const worker = self
