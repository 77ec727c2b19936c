/**
 * Takes over an epoch of the account secret that another device of the person began: the sealed secret has a box for
 * this one. What came sealed under it before that is read now. Rule [RC14].
 */
import { isBytes } from '../../core/cbor.ts'
import { openEpoch } from '../../core/identity/sealed-secret.ts'
import { decodeRecord } from '../../core/records/record.ts'
import { PATHS, publicStorageKey } from '../../core/records/storage-key.ts'
import type { InternalServices } from '../internal-services.ts'
import { reopenLogs } from '../log/reopen.ts'
import { type Self, sealSecrets } from '../person/account.ts'

/** Does nothing when the secret that is held is no later one, or not for this device. */
export const adoptEpoch = async (services: InternalServices): Promise<void> => {
  const { account, changes, logs, platform, records } = services
  const [self, row] = [account.self(), account.row()]
  const bytes = self && (await records.get(publicStorageKey(self.person, PATHS.secret)))
  const held = bytes ? decodeRecord(bytes) : undefined
  const value = held?.ok ? held.value.record.value : undefined
  if (!self || !row || !isBytes(value)) return
  const opened = await openEpoch(value, { person: self.person, recipient: self.device.agreement }, platform.crypto)
  if (!opened.ok || opened.value.epoch <= self.secrets.epoch) return
  const next: Self = { ...self, secrets: opened.value }
  const changed = { ...row, secrets: await sealSecrets(self.sealLocal, platform.random, opened.value) }
  await platform.store.write(['meta'], 'strict', (tx) => account.put(tx, changed))
  account.activate(next, changed)
  await reopenLogs(logs.core, await logs.heads(self.person), self.secrets.epoch)
  changes.emit('session', 'devices')
}
