/** [RC14] Notices that another device of the person began an epoch of the account secret. */
import { decodeRecord } from '../../core/records/record.ts'
import { PATHS, publicStorageKey } from '../../core/records/storage-key.ts'
import type { InternalServices } from '../internal-services.ts'

/**
 * Calls `adopt` when the sealed secret that is held is of a later epoch than the one this device writes under.
 * @returns stops it
 */
export const followEpochs = (services: InternalServices, adopt: () => Promise<void>): (() => void) => {
  const { account, changes, platform, records } = services
  let isClosed = false
  const look = async (): Promise<void> => {
    const self = account.self()
    const bytes = self && (await records.get(publicStorageKey(self.person, PATHS.secret)))
    const held = bytes && decodeRecord(bytes)
    if (self && held?.ok && held.value.record.epoch > self.secrets.epoch) await adopt()
  }
  const run = (): void => {
    look().catch((error) => !isClosed && platform.log({ level: 'error', what: 'epochs', detail: String(error) }))
  }
  const stops = [
    account.whenReady(run),
    changes.listen((topics) => {
      const person = account.self()?.person
      if (person !== undefined && topics.includes(`records/${person}`)) run()
    }),
  ]
  return () => {
    isClosed = true
    for (const stop of stops) stop()
  }
}
