/** Saying something in public: posts, reactions, and taking things back. */
import { err, ok, type Result } from '../../core/result.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { RequestHandlers } from '../api/requests.ts'
import type { PreparedPicture } from '../files/files.ts'
import type { InternalServices } from '../internal-services.ts'
import { type Appended, LOG_FEED, type NewEntry } from '../log/log-service.ts'
import type { Self } from '../person/account.ts'
import type { WriteTransaction } from '../stores/store.ts'
import {
  type EntryRef,
  type ForgetBody,
  isEmoji,
  MAX_EMOJI_LENGTH,
  MAX_PICTURES,
  MAX_POST_LENGTH,
  PayloadType,
  type PostBody,
  type ReactionBody,
} from './bodies.ts'
import type { InboxBook } from './inbox.ts'
import { addPendingOffer } from './pending-offers.ts'
import { type EntryRow, getEntry, getTallies, limitOfMarks, type PostRow } from './rows.ts'

type Handlers = Pick<RequestHandlers, 'publish-post' | 'react' | 'delete-entry'>
type PostInput = Parameters<RequestHandlers['publish-post']>[0]

const refOf = ({ person, device, log, seq, hash }: EntryRef): EntryRef => ({ person, device, log, seq, hash })

/** Text as it is stored: line ends of one kind, nothing but a line's own spaces around it. */
const cleanText = (text: string): string => text.replace(/\r\n?/g, '\n').trim()

const checkPost = ({ text, pictures }: PostInput): Result<string, KithError> => {
  const cleaned = cleanText(text)
  if (cleaned === '' && pictures.length === 0) return err({ type: 'empty', what: 'post' })
  if (cleaned.length > MAX_POST_LENGTH) return err({ type: 'too-large', what: 'post', limit: MAX_POST_LENGTH })
  if (pictures.length > MAX_PICTURES) return err({ type: 'too-large', what: 'picture', limit: MAX_PICTURES })
  return ok(cleaned)
}

/** Body of a post as an entry carries it. */
export const toPostBody = (post: PostBody): NewEntry => ({ type: PayloadType.post, body: { ...post } })

/** Answers the requests that write to the public log, but for the profile. */
export const publishRequests = (services: InternalServices, inbox: InboxBook): Handlers => {
  const { account, files, logs, platform } = services

  const findEntry = (id: string): Promise<EntryRow | undefined> =>
    platform.store.read(['posts'], (tx) => getEntry(tx, id))

  const findPost = async (id: string): Promise<Result<PostRow, KithError>> => {
    const row = await findEntry(id)
    return row?.kind === 'post' ? ok(row) : err({ type: 'not-found', what: 'post' })
  }

  const offerTo = async (
    tx: WriteTransaction,
    self: Self,
    person: string,
    { id, log, seq }: Appended,
  ): Promise<void> => {
    if (person === self.person) return
    await addPendingOffer(tx, { person, id, device: self.device.signer.publicKey, log, seq })
  }

  const preparePictures = (input: PostInput): Result<PreparedPicture[], KithError> => {
    const prepared: PreparedPicture[] = []
    for (const picture of input.pictures) {
      const result = files.preparePicture(picture)
      if (!result.ok) return result
      prepared.push(result.value)
    }
    return ok(prepared)
  }

  const publish: Handlers['publish-post'] = async (input, context) => {
    const self = account.self()
    if (!self) return err({ type: 'no-person' })
    const text = checkPost(input)
    if (!text.ok) return text
    const pictures = preparePictures(input)
    if (!pictures.ok) return pictures
    const target = input.replyTo === undefined ? undefined : await findPost(input.replyTo)
    if (target && !target.ok) return target
    const reply = target && refOf(target.value)
    const body: PostBody = {
      text: text.value,
      time: context.time,
      pictures: pictures.value.map(({ blocks: _, ...picture }) => picture),
      ...(reply && { reply }),
    }
    const [entry] = await logs.append(self, LOG_FEED, [toPostBody(body)], async (tx, [appended]) => {
      for (const picture of pictures.value) await files.store(tx, picture, { name: appended!.id, person: self.person })
      if (reply) await offerTo(tx, self, reply.person, appended!)
      await context.remember(tx, { entry: appended!.id })
      return pictures.value.length > 0 ? ['storage'] : []
    })
    if (reply) inbox.announcePending(reply.person)
    return ok({ entry: entry!.id })
  }

  const react: Handlers['react'] = async ({ entry, emoji, on }, context) => {
    const self = account.self()
    if (!self) return err({ type: 'no-person' })
    if (!isEmoji(emoji)) return err({ type: 'too-large', what: 'post', limit: MAX_EMOJI_LENGTH })
    const target = await findPost(entry)
    if (!target.ok) return target
    const [tally] = await platform.store.read(['posts'], (tx) => getTallies(tx, [entry]))
    const held = tally!.marks.find((mark) => mark.person === self.person && mark.emoji === emoji)
    if ((held?.on ?? false) === on) return ok({})
    // What no reader would count is not written.
    const limit = held ? undefined : limitOfMarks(tally!, self.person)
    if (limit !== undefined) return err({ type: 'too-many-reactions', limit })
    const time = Math.max(context.time, (held?.time ?? 0) + 1)
    const body: ReactionBody = { target: refOf(target.value), emoji, on, time }
    await logs.append(self, LOG_FEED, [{ type: PayloadType.reaction, body }], async (tx, [appended]) => {
      await offerTo(tx, self, target.value.person, appended!)
      await context.remember(tx, {})
      return []
    })
    inbox.announcePending(target.value.person)
    return ok({})
  }

  const remove: Handlers['delete-entry'] = async ({ entry }, context) => {
    const self = account.self()
    if (!self) return err({ type: 'no-person' })
    const row = await findEntry(entry)
    if (!row) return err({ type: 'not-found', what: 'post' })
    if (row.person !== self.person) return err({ type: 'not-yours' })
    if (row.kind === 'gone') return ok({})
    const body: ForgetBody = { target: refOf(row), time: context.time }
    const reader = row.kind === 'post' ? row.reply?.person : row.target.person
    await logs.append(self, LOG_FEED, [{ type: PayloadType.forget, body }], async (tx, [appended]) => {
      if (reader) await offerTo(tx, self, reader, appended!)
      await context.remember(tx, {})
      return ['storage']
    })
    if (reader) inbox.announcePending(reader)
    return ok({})
  }

  return { 'publish-post': publish, react, 'delete-entry': remove }
}
