/** Tells when this window can be used, so that what can wait does: the first visit's bandwidth belongs to the node. */

/** Later than this nobody waits any more; a start that takes so long has other troubles than bandwidth. */
const PATIENCE_MS = 10_000

let tell: () => void = () => undefined
const started = new Promise<void>((resolve) => {
  tell = resolve
})

/** The window has its node, or knows why it has none. */
export const markStarted = (): void => tell()

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Resolves when the window has started and has nothing urgent to do. WebKit has no idle callbacks. */
export const whenIdle = async (): Promise<void> => {
  await Promise.race([started, pause(PATIENCE_MS)])
  await new Promise<void>((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: PATIENCE_MS })
    else setTimeout(resolve, 0)
  })
}
