/**
 * What entries of the public log say: bodies of payload types, checked field by field when they are read. Anything
 * that does not fit is kept as an entry and shown to nobody.
 */
import { CID_TEXT_LENGTH, parseCid } from '../../core/blocks/cid.ts'
import { hasKeys, isBytes, isCount, isRecord, isText } from '../../core/cbor.ts'
import { parsePersonId } from '../../core/identity/person-id.ts'
import { MAX_ALT_LENGTH } from '../../core/limits.ts'
import { type EntryHash, entryIdOf } from '../../core/logs/entry.ts'
import { isPictureType, isPixels } from '../files/picture.ts'

/** Payload types of the public log; a profile's is in person/profile.ts. */
export const PayloadType = { post: 'kith/post', reaction: 'kith/reaction', forget: 'kith/forget' } as const

/** UTF-16 units of a post. */
export const MAX_POST_LENGTH = 10_000
/** Pictures of a post. */
export const MAX_PICTURES = 8
/** UTF-16 units of a reaction: one emoji, however many code points it is made of. */
export const MAX_EMOJI_LENGTH = 32
/** UTF-16 units of a source's title and of its address. */
export const MAX_SOURCE_TITLE = 300
export const MAX_SOURCE_URL = 2048

/** Names an entry of anyone. */
export interface EntryRef {
  readonly person: string
  readonly device: Uint8Array
  readonly log: number
  readonly seq: number
  readonly hash: EntryHash
}

/** A picture as a post names it. */
export interface PictureRef {
  readonly file: string
  readonly mediaType: string
  readonly width: number
  readonly height: number
  readonly alt: string
}

/** Where an imported post came from. */
export interface Source {
  readonly title: string
  readonly url?: string
  /** What the source itself calls the item. */
  readonly guid?: string
}

/** Body of `kith/post`. */
export interface PostBody {
  readonly text: string
  readonly time: number
  readonly pictures: readonly PictureRef[]
  readonly reply?: EntryRef
  readonly source?: Source
}

/** Body of `kith/reaction`. */
export interface ReactionBody {
  readonly target: EntryRef
  readonly emoji: string
  readonly on: boolean
  readonly time: number
}

/** Body of `kith/forget`. */
export interface ForgetBody {
  readonly target: EntryRef
  readonly time: number
}

/** The id of the entry that is named. */
export const idOfRef = (ref: EntryRef): string => entryIdOf(ref.hash)

const readRef = (value: unknown): EntryRef | undefined => {
  if (!isRecord(value) || !hasKeys(value, ['person', 'device', 'log', 'seq', 'hash'])) return undefined
  const { person, device, log, seq, hash } = value
  if (!isText(person, CID_TEXT_LENGTH) || !parsePersonId(person).ok) return undefined
  if (!isBytes(device, 32) || !isCount(log) || !isCount(seq) || !isBytes(hash, 64)) return undefined
  // Copies: decoded bytes are views of a whole message.
  return { person, device: device.slice(), log, seq, hash: hash.slice() }
}

const readPicture = (value: unknown): PictureRef | undefined => {
  if (!isRecord(value) || !hasKeys(value, ['file', 'mediaType', 'width', 'height', 'alt'])) return undefined
  const { file, mediaType, width, height, alt } = value
  if (!isText(file, CID_TEXT_LENGTH) || !parseCid(file).ok) return undefined
  if (!isPictureType(mediaType)) return undefined
  if (!isPixels(width) || !isPixels(height) || !isText(alt, MAX_ALT_LENGTH)) return undefined
  return { file, mediaType, width, height, alt }
}

const isWebAddress = (value: unknown): value is string => isText(value, MAX_SOURCE_URL) && /^https?:\/\//.test(value)

const readSource = (value: unknown): Source | undefined => {
  if (!isRecord(value) || !hasKeys(value, ['title'], ['url', 'guid']) || !isText(value.title, MAX_SOURCE_TITLE)) {
    return undefined
  }
  const { title, url, guid } = value
  return { title, ...(isWebAddress(url) && { url }), ...(isText(guid, MAX_SOURCE_URL) && { guid }) }
}

const readPictures = (value: unknown): PictureRef[] | undefined => {
  if (!Array.isArray(value) || value.length > MAX_PICTURES) return undefined
  const pictures = value.map(readPicture)
  return pictures.every((picture) => picture !== undefined) ? pictures : undefined
}

/** The post in a decoded body. */
export const readPost = (body: unknown): PostBody | undefined => {
  if (!isRecord(body) || !hasKeys(body, ['text', 'time', 'pictures'], ['reply', 'source'])) return undefined
  const { text, time } = body
  const pictures = readPictures(body.pictures)
  const reply = body.reply === undefined ? undefined : readRef(body.reply)
  const source = body.source === undefined ? undefined : readSource(body.source)
  if (!isText(text, MAX_POST_LENGTH) || !isCount(time) || !pictures) return undefined
  if ((body.reply !== undefined && !reply) || (text === '' && pictures.length === 0)) return undefined
  return { text, time, pictures, ...(reply && { reply }), ...(source && { source }) }
}

/** The reaction in a decoded body. */
export const readReaction = (body: unknown): ReactionBody | undefined => {
  if (!isRecord(body) || !hasKeys(body, ['target', 'emoji', 'on', 'time'])) return undefined
  const { emoji, on, time } = body
  const target = readRef(body.target)
  if (!target || !isEmoji(emoji) || typeof on !== 'boolean' || !isCount(time)) return undefined
  return { target, emoji, on, time }
}

/** Whether a text can stand as a reaction: short, and without letters or spaces. */
export const isEmoji = (value: unknown): value is string =>
  isText(value, MAX_EMOJI_LENGTH) &&
  /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u.test(value) &&
  !/\s/.test(value)

/** What is to be forgotten, in a decoded body. */
export const readForget = (body: unknown): ForgetBody | undefined => {
  if (!isRecord(body) || !hasKeys(body, ['target', 'time']) || !isCount(body.time)) return undefined
  const target = readRef(body.target)
  return target && { target, time: body.time }
}
