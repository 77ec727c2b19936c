/** What a person says about themselves: the same body in a log entry and in the record at `/profile`. */
import { CID_TEXT_LENGTH, parseCid } from '../../core/blocks/cid.ts'
import { hasKeys, isCount, isRecord, isText } from '../../core/cbor.ts'
import { referFile, unreferFile } from '../files/references.ts'
import type { WriteTransaction } from '../stores/store.ts'
import { getPerson, isFollowed, type Profile, updatePerson } from './persons.ts'

/** The payload type of a profile. */
export const PROFILE = 'kith/profile'
/** UTF-16 units of a name. */
export const MAX_NAME_LENGTH = 64
/** UTF-16 units of what a person says about themselves. */
export const MAX_ABOUT_LENGTH = 2000

/** Body of a profile, as a log entry or record carries it. */
export type ProfileBody = Omit<Profile, 'entry'>

/** The dag-cbor value of a profile: an absent avatar is left out. */
export const encodeProfile = ({ name, about, avatar, time }: ProfileBody): Record<string, unknown> => ({
  name,
  about,
  ...(avatar && { avatar }),
  time,
})

const isFileId = (value: unknown): value is string => isText(value, CID_TEXT_LENGTH) && parseCid(value).ok

/** The profile in a decoded body; undefined when it is none. */
export const readProfile = (body: unknown): ProfileBody | undefined => {
  if (!isRecord(body) || !hasKeys(body, ['name', 'about', 'time'], ['avatar'])) return undefined
  const { name, about, avatar, time } = body
  if (!isText(name, MAX_NAME_LENGTH) || !isText(about, MAX_ABOUT_LENGTH) || !isCount(time)) return undefined
  if (avatar === undefined) return { name, about, time }
  return isFileId(avatar) ? { name, about, avatar, time } : undefined
}

/** Newer wins; of one time the greater entry id, so that all readers agree. */
const isNewer = (profile: Profile, held: Profile): boolean =>
  profile.time !== held.time ? profile.time > held.time : profile.entry > held.entry

/** References of avatars are named after their person. */
export const avatarReference = (person: string): string => `avatar/${person}`

/** Takes a profile over unless a newer one is held. Needs a transaction over meta, persons, blocks, blockMeta and queue. */
export const applyProfile = async (tx: WriteTransaction, person: string, profile: Profile): Promise<boolean> => {
  const row = await getPerson(tx, person)
  const held = row?.profile
  if (held && !isNewer(profile, held)) return false
  await updatePerson(tx, person, (row) => ({ ...row, profile }))
  if (held?.avatar === profile.avatar) return true
  if (held?.avatar) await unreferFile(tx, held.avatar, { name: avatarReference(person), person })
  const lazy = !isFollowed(row)
  if (profile.avatar) await referFile(tx, profile.avatar, { name: avatarReference(person), person, lazy })
  return true
}
