/** Answers `remove-device`, and takes over epochs that other devices begin. What does either is loaded when it is needed. */
import { decodeRecord } from '../../core/records/record.ts'
import { PATHS, publicStorageKey } from '../../core/records/storage-key.ts'
import { lazily } from '../api/lazy.ts'
import type { RequestHandlers } from '../api/requests.ts'
import type { InternalServices } from '../internal-services.ts'
import { createMutex } from '../stores/mutex.ts'

/** The handler; removals and taking over go one after the other, for both change the account secret. */
export const deviceRequests = (
  services: InternalServices,
): Pick<RequestHandlers, 'remove-device'> & { readonly epochs: Epochs } => {
  const oneAtATime = createMutex()
  const load = lazily(() => import('./devices.ts'))
  return {
    'remove-device': async (input, context) => {
      const { removeDevice } = await load()
      return oneAtATime(() => removeDevice(services, input, context))
    },
    epochs: followEpochs(services, async () => {
      const { adoptEpoch } = await load()
      await oneAtATime(() => adoptEpoch(services))
    }),
  }
}

/** What follows the epochs of the person's own account secret. */
export interface Epochs {
  close(): void
}

/** [RC14] Calls `adopt` when the sealed secret that is held is of a later epoch than the one this device writes under. */
const followEpochs = (services: InternalServices, adopt: () => Promise<void>): Epochs => {
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
  return {
    close() {
      isClosed = true
      for (const stop of stops) stop()
    },
  }
}
