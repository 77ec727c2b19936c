/** Where a share stands: the slot of its epoch, its note and itself. Rule [CP10]. */
import { type WriteCapability, writeCapability } from '../../core/capabilities/capability.ts'
import { secretOf } from '../../core/identity/account-secret.ts'
import type { Self } from '../person/account.ts'
import type { KnownShare } from './share-rows.ts'

/** The write capability of a share; undefined while its epoch is not known here. */
export const capabilityOf = (
  { secrets }: Pick<Self, 'secrets'>,
  { id, note, epoch }: Pick<KnownShare, 'id' | 'note' | 'epoch'>,
): WriteCapability | undefined => {
  const secret = secretOf(secrets, epoch)
  return secret && writeCapability(secret, `/notes/${note}/shares/${id}`)
}
