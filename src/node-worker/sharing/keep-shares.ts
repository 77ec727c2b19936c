/**
 * Keeps what links to notes show up with the notes, and from running out. Every device of the person does so by itself:
 * the account state says what is shared, the note is here, and the slot's key follows from the account secret. Rules
 * [CP10] to [CP13].
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { type Block, cidToString } from '../../core/blocks/cid.ts'
import { concatBytes, equalBytes } from '../../core/bytes.ts'
import { type ReadCapability, toRead, type WriteCapability } from '../../core/capabilities/capability.ts'
import { ENDED, encodeSharedNote, encodeSharedValue, layOutNote } from '../../core/capabilities/shared-note.ts'
import { openSlot, sealSlot } from '../../core/capabilities/slot-record.ts'
import type { PrivateRecord, SignedRecord } from '../../core/records/record-types.ts'
import type { ShareEnd } from '../../rpc/sharing.ts'
import { referFile, storeBlock, unreferFile } from '../files/references.ts'
import type { InternalServices } from '../internal-services.ts'
import { LOG_ACCOUNT } from '../log/log-service.ts'
import type { NoteBook } from '../notes/note-book.ts'
import { isGone } from '../notes/note-rows.ts'
import type { Self } from '../person/account.ts'
import { toEntries } from '../person/account-state.ts'
import { isRunningOut, nextSeq, RENEWAL_INTERVAL } from '../person/own-records.ts'
import { heldRecord, putRecord, RECORD_TABLES } from '../person/record-rows.ts'
import { CONTENT_RECORD_DAYS, DAY } from '../person/records.ts'
import { createMutex } from '../stores/mutex.ts'
import { StoreFullError, type WriteTransaction } from '../stores/store.ts'
import { type Share, type SharedRow, sharedKey, shareReference, shareStateKey } from './share-keys.ts'
import { type KnownShare, listShares } from './share-rows.ts'
import { capabilityOf } from './share-slot.ts'

/** Milliseconds from a change of a note to what its links show. */
export const SHARE_DELAY = 1_000
/** Milliseconds for which a share says that it has ended. */
export const LAST_WORD_LIFE = CONTENT_RECORD_DAYS * DAY

/** See the module's doc. */
export interface ShareKeeper {
  /** Brings everything up to date now. */
  flush(): Promise<void>
  /** The same soon. */
  schedule(): void
  /** Whether a share's note was too long when it was last looked at. */
  isTooLong(share: string): boolean
  close(): void
}

/** What is held under a share's key. */
interface Held {
  readonly record: SignedRecord | undefined
  readonly row: SharedRow | undefined
}

/** What is to be held there. */
interface Next {
  readonly signed: SignedRecord<PrivateRecord>
  readonly row: SharedRow
  /** Those that were not there before. */
  readonly blocks: readonly Block[]
}

/** The content of a record to be signed, and what its row says. */
interface Content extends Pick<SharedRow, 'digest' | 'blocks'> {
  readonly bytes: Uint8Array
  readonly fresh: readonly Block[]
}

/** Starts to follow the notes and the account state. */
export const keepShares = (services: InternalServices, book: NoteBook): ShareKeeper => {
  const { account, changes, logs, platform } = services
  const { clock, crypto, random, store, timers } = platform
  const oneAtATime = createMutex()
  const tooLong = new Set<string>()
  let changed: unknown
  let renewal: unknown
  let isClosed = false

  const heldAt = (key: Uint8Array): Promise<Held> =>
    store.read(['records', 'meta'], async (tx) => ({
      record: await heldRecord(tx, key),
      row: await tx.get<SharedRow>('meta', sharedKey(key)),
    }))

  /** [CP11] Why a share has to end, if it has to. */
  const endOf = async (self: Self, { note, epoch }: Share): Promise<ShareEnd | undefined> => {
    if (epoch < self.secrets.epoch) return 'device-removed'
    return (await store.read(['queue'], (tx) => isGone(tx, note))) ? 'note-deleted' : undefined
  }

  const end = (self: Self, { id, note, epoch, time }: KnownShare, ended: ShareEnd): Promise<unknown> => {
    const change = { key: shareStateKey(id), value: { note, epoch, ended }, time: Math.max(clock.now(), time + 1) }
    return logs.append(self, LOG_ACCOUNT, toEntries([change]))
  }

  const put = async (self: Self, held: Held, { signed, row, blocks }: Next): Promise<void> => {
    const reference = { name: shareReference(row.share), person: self.person }
    const isKept = await store.write(RECORD_TABLES, 'relaxed', async (tx) => {
      if (!(await putRecord(tx, signed))) return false
      for (const block of blocks) {
        await referFile(tx, cidToString(block.cid), reference)
        await storeBlock(tx, block.cid, block.bytes)
      }
      await letGo(tx, self, held, row.blocks)
      await tx.put('meta', sharedKey(signed.record.key), row)
      return true
    })
    if (isKept) changes.emit('shares', 'storage')
  }

  /** Lets go of the blocks of what is held, but for those that are named still. */
  const letGo = async (tx: WriteTransaction, { person }: Self, { row }: Held, still: readonly string[]) => {
    for (const cid of row?.blocks ?? [])
      if (!still.includes(cid)) await unreferFile(tx, cid, { name: shareReference(row!.share), person })
  }

  const sign = async (
    self: Self,
    write: WriteCapability,
    { id }: KnownShare,
    held: Held,
    { bytes, digest, blocks, fresh }: Content,
    expires: number,
  ): Promise<void> => {
    const seq = nextSeq(held.record?.record, self, clock.now())
    const signed = await sealSlot(write, bytes, { epoch: self.secrets.epoch, seq, expires }, crypto, random)
    await put(self, held, { signed, row: { share: id, digest, hash: signed.hash, blocks }, blocks: fresh })
  }

  /** What the note says now, encoded; undefined when it is not here, or too long. */
  const readNote = async (self: Self, { id, note }: KnownShare): Promise<Uint8Array | undefined> => {
    const loaded = await book.load(self, note)
    if (!loaded) return undefined
    const { noteTexts } = await import('../notes/note-doc.ts')
    const { title, text } = noteTexts(loaded.update)
    const bytes = encodeSharedNote({ title, text, updated: loaded.changed })
    const isTooLong = bytes === undefined
    if (isTooLong !== tooLong.has(id)) {
      if (isTooLong) tooLong.add(id)
      else tooLong.delete(id)
      changes.emit('shares')
    }
    return bytes
  }

  /** [CP12] What is held goes on being shown while the note stays as it is, whoever wrote it; else the note. */
  const contentOf = async (
    read: ReadCapability,
    note: Uint8Array,
    digest: Uint8Array,
    held: Held,
  ): Promise<Content> => {
    const isSame = held.row?.digest != null && equalBytes(held.row.digest, digest)
    const shown = isSame && held.record ? await openSlot(held.record.record as PrivateRecord, read, crypto) : undefined
    if (shown?.ok) return { bytes: shown.value, digest, blocks: held.row?.blocks ?? [], fresh: [] }
    const { value, blocks } = await layOutNote(note, read, crypto, random)
    return { bytes: encodeSharedValue(value), digest, blocks: blocks.map(({ cid }) => cidToString(cid)), fresh: blocks }
  }

  const showNote = async (self: Self, write: WriteCapability, share: KnownShare): Promise<void> => {
    const note = await readNote(self, share)
    if (!note) return
    const read = await toRead(write, crypto)
    const held = await heldAt(read.key)
    const digest = sha256(concatBytes(read.readKey, note))
    const isCurrent = held.record !== undefined && held.row?.digest != null && equalBytes(held.row.digest, digest)
    const now = clock.now()
    if (isCurrent && !isRunningOut(held.record!.record, CONTENT_RECORD_DAYS, now)) return
    const content = await contentOf(read, note, digest, held)
    await sign(self, write, share, held, content, now + CONTENT_RECORD_DAYS * DAY)
  }

  /** [CP13] The last word of a share, and after a month nothing. */
  const sayEnded = async (self: Self, write: WriteCapability, share: KnownShare): Promise<void> => {
    const { key } = await toRead(write, crypto)
    const held = await heldAt(key)
    const expires = share.time + LAST_WORD_LIFE
    if (expires <= clock.now()) return drop(self, key, held)
    if (held.record && held.row?.digest === null && equalBytes(held.row.hash, held.record.hash)) return
    const last = { bytes: encodeSharedValue(ENDED), digest: null, blocks: [], fresh: [] }
    await sign(self, write, share, held, last, expires)
  }

  const drop = async (self: Self, key: Uint8Array, held: Held): Promise<void> => {
    if (!held.record && !held.row) return
    await store.write(RECORD_TABLES, 'relaxed', async (tx) => {
      await letGo(tx, self, held, [])
      await tx.delete('records', [key])
      await tx.delete('meta', sharedKey(key))
    })
    changes.emit('shares', 'storage')
  }

  const keep = async (self: Self, share: KnownShare): Promise<void> => {
    const write = capabilityOf(self, share)
    // The share was made in an epoch that is not known here yet.
    if (!write) return
    if (share.ended !== null) return sayEnded(self, write, share)
    const why = await endOf(self, share)
    if (why) await end(self, share, why)
    else await showNote(self, write, share)
  }

  const keepAll = async (): Promise<void> => {
    // [RC16] A drill says nothing of its own.
    const self = platform.drill || isClosed ? undefined : account.self()
    if (!self) return
    for (const share of await store.read(['meta'], listShares)) await keep(self, share)
  }

  const flush = (): Promise<void> => {
    timers.clearTimeout(changed)
    changed = undefined
    return oneAtATime(keepAll)
  }

  const run = (): void => {
    flush().catch((error) => {
      // A full disk is said by who watches the store, and there is another try once it has room.
      const isExpected = isClosed || error instanceof StoreFullError
      if (!isExpected) platform.log({ level: 'error', what: 'shares', detail: String(error) })
    })
  }

  const schedule = (): void => {
    if (!isClosed) changed ??= timers.setTimeout(run, SHARE_DELAY)
  }

  const watch = (): void => {
    renewal = timers.setTimeout(() => {
      watch()
      run()
    }, RENEWAL_INTERVAL)
  }

  const stop = changes.listen((topics) => {
    if (topics.some((topic) => topic === 'shares' || topic === 'notes' || topic === 'session')) schedule()
  })
  schedule()
  watch()
  return {
    flush,
    schedule,
    isTooLong: (share) => tooLong.has(share),
    close() {
      isClosed = true
      stop()
      timers.clearTimeout(changed)
      timers.clearTimeout(renewal)
    },
  }
}
