/** Asks the browser to keep what is stored when space runs out. */

/** Asks; true when the browser promised. To be called from a click that says what it is for: Firefox asks back. */
export const askToPersist = async (): Promise<boolean> => {
  try {
    return await navigator.storage.persist()
  } catch {
    // Refused as a whole, as in some private windows.
    return false
  }
}

/** Whether there is anybody to ask: WebKitGTK has no such promise. */
export const canAskToPersist = (): boolean => typeof navigator.storage?.persist === 'function'

/** Engines that ask the person. The permission's state does not tell: Chromium, which never asks, says "prompt", too. */
const asksBack = (): boolean => /\bFirefox\//.test(navigator.userAgent)

/** Asks once there is something to keep, where nobody is interrupted by that; elsewhere it waits on the storage page. */
export const persistQuietly = async (): Promise<void> => {
  if (!canAskToPersist() || asksBack() || (await navigator.storage.persisted().catch(() => true))) return
  await askToPersist()
}
