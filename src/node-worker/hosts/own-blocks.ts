/**
 * Which blocks this device tells hosts of, up to a number: those of its own person's files and key events, and behind
 * them those that are kept here under leases, whose owners may be gone. Others' blocks are found at their owners.
 */

import { cidToBytes, cidToString } from '../../core/blocks/cid.ts'
import { blockStorageKey } from '../../core/records/storage-key.ts'
import type { Changes } from '../changes.ts'
import { listKept, listLeased } from '../files/kept-blocks.ts'
import type { Platform } from '../platform.ts'
import { isShareReference } from '../sharing/share-keys.ts'

/** Blocks that are announced; with more, those that come first by name. Leaves most keys of a connection to persons. */
export const MAX_ANNOUNCED_BLOCKS = 1_024

/** Changes of what is stored are gathered for this long, milliseconds: an import stores thousands of blocks. */
export const BLOCKS_DELAY = 2_000

/** What is followed, and who is told. */
export interface OwnBlocksPorts {
  readonly platform: Pick<Platform, 'store' | 'timers' | 'log'>
  readonly changes: Changes
  readonly person: string
  /** The whole list, each time. */
  onKeys(keys: readonly Uint8Array[]): void
}

/** Tells the storage keys of the person's blocks, soon and after changes. @returns stops it */
export const followOwnBlocks = (ports: OwnBlocksPorts): (() => void) => {
  const { platform, changes } = ports
  let timer: unknown
  let isStopped = false
  const look = async (): Promise<void> => {
    try {
      const keys = await ownBlockKeys(ports)
      if (!isStopped) ports.onKeys(keys)
    } catch (error) {
      if (!isStopped) platform.log({ level: 'error', what: 'own blocks', detail: String(error) })
    }
  }
  const schedule = (): void => {
    timer ??= platform.timers.setTimeout(() => {
      timer = undefined
      void look()
    }, BLOCKS_DELAY)
  }
  const stop = changes.listen((topics) => topics.includes('storage') && schedule())
  schedule()
  return () => {
    isStopped = true
    stop()
    platform.timers.clearTimeout(timer)
  }
}

const ownBlockKeys = async ({ platform, person }: OwnBlocksPorts): Promise<Uint8Array[]> => {
  const { kept, leased } = await platform.store.read(['blockMeta'], async (tx) => ({
    kept: await listKept(tx, isShareReference),
    leased: new Set((await listLeased(tx)).map(({ cid }) => cidToString(cid))),
  }))
  // [CP14] Those of a share are asked for where its record was found.
  const own = kept.filter(({ persons, isFile: isOfShare }) => !isOfShare && persons.includes(person))
  const others = kept.filter(({ persons, cid }) => !persons.includes(person) && leased.has(cidToString(cid)))
  return [...own, ...others].slice(0, MAX_ANNOUNCED_BLOCKS).map(({ cid }) => blockStorageKey(cidToBytes(cid)))
}
