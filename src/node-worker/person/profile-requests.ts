/** Saving one's profile: an entry of the public log, and the record at `/profile` that followers get first. */
import { err, ok, type Result } from '../../core/result.ts'
import type { PictureInput } from '../../rpc/contract.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { RequestHandlers } from '../api/requests.ts'
import type { PreparedPicture } from '../files/files.ts'
import type { InternalServices } from '../internal-services.ts'
import { LOG_FEED } from '../log/log-service.ts'
import { encodeProfile, MAX_ABOUT_LENGTH, MAX_NAME_LENGTH, PROFILE } from './profile.ts'

/** Name and text as they are stored: trimmed, within their limits. */
export const checkProfile = (input: {
  readonly name: string
  readonly about: string
}): Result<{ readonly name: string; readonly about: string }, KithError> => {
  const name = input.name.trim().replace(/\s+/g, ' ')
  const about = input.about.trim()
  if (name === '') return err({ type: 'empty', what: 'name' })
  if (name.length > MAX_NAME_LENGTH) return err({ type: 'too-large', what: 'name', limit: MAX_NAME_LENGTH })
  if (about.length > MAX_ABOUT_LENGTH) return err({ type: 'too-large', what: 'about', limit: MAX_ABOUT_LENGTH })
  return ok({ name, about })
}

/** The picture to set, if one was handed in. */
export const prepareAvatar = (
  services: InternalServices,
  avatar: PictureInput | null | undefined,
): Result<PreparedPicture | undefined, KithError> => (avatar ? services.files.preparePicture(avatar) : ok(undefined))

/** Answers `save-profile`. */
export const profileRequests = (services: InternalServices): Pick<RequestHandlers, 'save-profile'> => ({
  async 'save-profile'({ name, about, avatar }, context) {
    const self = services.account.self()
    if (!self) return err({ type: 'no-person' })
    const checked = checkProfile({ name, about })
    if (!checked.ok) return checked
    const picture = prepareAvatar(services, avatar)
    if (!picture.ok) return picture
    const held = services.persons.get(self.person)?.profile
    // Undefined leaves the avatar as it is, null removes it.
    const file = avatar === undefined ? held?.avatar : picture.value?.file
    // A clock that was set back must not make the new profile the older one.
    const time = Math.max(context.time, (held?.time ?? 0) + 1)
    const body = encodeProfile({ ...checked.value, ...(file && { avatar: file }), time })
    await services.logs.append(self, LOG_FEED, [{ type: PROFILE, body }], async (tx) => {
      if (picture.value) {
        await services.files.store(tx, picture.value, { name: `avatar/${self.person}`, person: self.person })
      }
      await context.remember(tx, {})
      return ['session', 'storage']
    })
    return ok({})
  },
})
