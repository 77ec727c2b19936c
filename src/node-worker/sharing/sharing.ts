/** Sharing notes by link, once it is needed: what keeps links up to date, and the requests and the query of pages. */

import { type Cid, cidToString } from '../../core/blocks/cid.ts'
import { base32Encode, equalBytes } from '../../core/bytes.ts'
import { attenuate, toRead } from '../../core/capabilities/capability.ts'
import { encodeCapabilityLink } from '../../core/capabilities/capability-link.ts'
import type { PrivateRecord, SignedRecord } from '../../core/records/record-types.ts'
import { err, ok } from '../../core/result.ts'
import type { Requests } from '../../rpc/contract.ts'
import type { ShareView } from '../../rpc/sharing.ts'
import type { RequestHandlers } from '../api/requests.ts'
import type { InternalServices } from '../internal-services.ts'
import type { NoteBook } from '../notes/note-book.ts'
import type { Self } from '../person/account.ts'
import { changeState } from '../person/change-state.ts'
import { findAddresses, toLinkView } from '../person/my-link.ts'
import { heldRecord } from '../person/record-rows.ts'
import type { Connection } from '../services.ts'
import { keepShares, LAST_WORD_LIFE } from './keep-shares.ts'
import { openShared, readNote, writeShared } from './open-shared.ts'
import { type SharedRow, sharedKey, shareStateKey } from './share-keys.ts'
import { type KnownShare, listShares, SHARE_ID_BYTES } from './share-rows.ts'
import { capabilityOf } from './share-slot.ts'

/** Requests that are answered here. */
export type SharingHandlers = Pick<
  RequestHandlers,
  'share-note' | 'share-link' | 'read-share' | 'unshare' | 'open-shared' | 'write-shared'
>

/** What the loaded part gives. */
export interface Sharing {
  readonly requests: SharingHandlers
  view(note?: string): Promise<readonly ShareView[]>
  /** There may be room again for what found none. */
  schedule(): void
  close(): void
}

const NO_PERSON = err({ type: 'no-person' } as const)
const NOT_FOUND = err({ type: 'not-found', what: 'share' } as const)

/** Starts to keep what is shared. */
export const createSharing = (
  services: InternalServices,
  book: NoteBook,
  connection: Pick<Connection, 'announcedUrl'>,
): Sharing => {
  const { account, platform } = services
  const { clock, crypto, random, store } = platform
  const keeper = keepShares(services, book)

  const list = (): Promise<KnownShare[]> => store.read(['meta'], listShares)

  const findLive = async (id: string): Promise<KnownShare | undefined> =>
    (await list()).find((share) => share.id === id && share.ended === null)

  /** Whether what is shown is not what this device made of the note. */
  const isRewritten = async (self: Self, share: KnownShare): Promise<boolean> => {
    const write = share.ended === null ? capabilityOf(self, share) : undefined
    if (!write) return false
    const { key } = await toRead(write, crypto)
    return store.read(['records', 'meta'], async (tx) => {
      const [record, row] = [await heldRecord(tx, key), await tx.get<SharedRow>('meta', sharedKey(key))]
      return record !== undefined && row !== undefined && !equalBytes(record.hash, row.hash)
    })
  }

  const toView = async (self: Self, share: KnownShare): Promise<ShareView> => ({
    id: share.id,
    note: share.note,
    ...(share.ended && { ended: share.ended }),
    rewritten: await isRewritten(self, share),
    tooLong: share.ended === null && keeper.isTooLong(share.id),
  })

  const shareLink = async ({ share: id, kind }: Requests['share-link']['in']) => {
    const self = account.self()
    if (!self) return NO_PERSON
    const share = await findLive(id)
    const write = share && capabilityOf(self, share)
    const capability = write && (await attenuate(write, kind, crypto))
    if (!capability) return NOT_FOUND
    const addresses = await findAddresses(services, connection)
    if (!addresses) return err({ type: 'no-host' } as const)
    return ok(toLinkView(encodeCapabilityLink({ capability, ...addresses }), addresses))
  }

  const readShare = async ({ share: id }: Requests['read-share']['in']) => {
    const self = account.self()
    if (!self) return NO_PERSON
    const share = await findLive(id)
    const write = share && capabilityOf(self, share)
    const read = write && (await toRead(write, crypto))
    const signed = read && (await store.read(['records'], (tx) => heldRecord(tx, read.key)))
    if (!signed) return NOT_FOUND
    const here = { block: (cid: Cid) => services.files.get(cidToString(cid)) }
    return readNote(services, read, { signed: signed as SignedRecord<PrivateRecord>, places: [here] })
  }

  return {
    requests: {
      async 'share-note'({ note }, context) {
        const self = account.self()
        if (!self) return NO_PERSON
        if (!(await book.load(self, note))) return err({ type: 'not-found', what: 'note' })
        const share = base32Encode(random.bytes(SHARE_ID_BYTES))
        const value = { note, epoch: self.secrets.epoch, ended: null }
        const made = await changeState(services, { [shareStateKey(share)]: value }, { share }, context)
        await keeper.flush()
        return made
      },
      'share-link': shareLink,
      'read-share': readShare,
      async unshare({ share: id }, context) {
        if (!account.self()) return NO_PERSON
        const share = await findLive(id)
        if (!share) return NOT_FOUND
        const value = { note: share.note, epoch: share.epoch, ended: 'stopped' }
        const done = await changeState(services, { [shareStateKey(id)]: value }, {}, context)
        await keeper.flush()
        return done
      },
      'open-shared': (input) => openShared(services, input),
      'write-shared': (input) => writeShared(services, input),
    },
    async view(note) {
      const self = account.self()
      if (!self) return []
      const shown = (await list()).filter(
        (share) =>
          (note === undefined || share.note === note) &&
          (share.ended === null || share.time + LAST_WORD_LIFE > clock.now()),
      )
      return Promise.all(shown.map((share) => toView(self, share)))
    },
    schedule: keeper.schedule,
    close: keeper.close,
  }
}
