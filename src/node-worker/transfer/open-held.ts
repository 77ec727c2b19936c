/**
 * What is stored here of a person whose device keys were lost, in the shape of an archive's head: key events, and the
 * account secret sealed to the words. Everything else is in its place already. Rule N42.
 */
import { PATHS, publicStorageKey } from '../../core/records/storage-key.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { InternalServices } from '../internal-services.ts'
import type { OpenArchive } from './open-archive.ts'

/** Fails where no keys were lost: then an archive is what the words need. */
export const openHeld = async ({
  account,
  persons,
  records,
}: Pick<InternalServices, 'account' | 'persons' | 'records'>): Promise<Result<OpenArchive, KithError>> => {
  const person = account.lost()
  const held = person === undefined ? undefined : persons.get(person)
  if (!held) return err({ type: 'bad-file', reason: 'no archive was given' })
  const secret = await records.get(publicStorageKey(held.id, PATHS.secret))
  return ok({
    root: { person: held.id, logs: [] },
    events: held.events,
    proof: held.proof,
    records: secret ? [secret] : [],
    next: async () => undefined,
    close: async () => {},
  })
}
