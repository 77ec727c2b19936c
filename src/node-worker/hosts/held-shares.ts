/** [CP14] Which shared notes this device tells hosts of: the storage keys under which it keeps something for them. */
import type { Changes } from '../changes.ts'
import type { Platform } from '../platform.ts'
import { listSharedKeys } from '../sharing/share-keys.ts'

/** Shares that are announced: leaves most keys of a connection to persons, as with blocks. */
const MAX_ANNOUNCED_SHARES = 1_024

/** What is followed, and who is told. */
export interface HeldSharesPorts {
  readonly platform: Pick<Platform, 'store'>
  readonly changes: Changes
  /** The keys of all of them, each time. */
  onKeys(keys: readonly Uint8Array[]): void
  report(error: unknown): void
}

/** Tells the keys now and after changes. @returns stops it */
export const followHeldShares = ({ platform, changes, onKeys, report }: HeldSharesPorts): (() => void) => {
  let isStopped = false
  const look = async (): Promise<void> => {
    const keys = await platform.store.read(['meta'], listSharedKeys)
    if (!isStopped) onKeys(keys.slice(0, MAX_ANNOUNCED_SHARES))
  }
  const run = (): void => void look().catch((error) => !isStopped && report(error))
  const stop = changes.listen((topics) => topics.includes('shares') && run())
  run()
  return () => {
    isStopped = true
    stop()
  }
}
