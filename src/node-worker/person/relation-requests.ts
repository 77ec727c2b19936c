/** Following, blocking, naming. */
import { parsePersonLink } from '../../core/identity/person-link.ts'
import { err } from '../../core/result.ts'
import type { RequestHandlers } from '../api/requests.ts'
import type { InternalServices } from '../internal-services.ts'
import type { Purge } from '../social/purge.ts'
import { blockValue } from './account-state.ts'
import { changeState } from './change-state.ts'
import { MAX_NAME_LENGTH } from './profile.ts'

type Handlers = Pick<RequestHandlers, 'follow' | 'unfollow' | 'block' | 'unblock' | 'set-petname'>

/** Answers the requests about other people. */
export const relationRequests = (services: InternalServices, purge: Purge): Handlers => {
  const isMe = (person: string): boolean => services.account.self()?.person === person
  const isKnown = (person: string): boolean => services.persons.get(person) !== undefined

  return {
    async follow({ link }, context) {
      const parsed = parsePersonLink(link)
      if (!parsed.ok) return err({ type: 'bad-link' })
      const { person, hosts } = parsed.value
      if (isMe(person)) return err({ type: 'own-link' })
      // A person that is being deleted must be gone before anything of them may come again.
      await purge.settled()
      const wasBlocked = services.persons.relation(person) === 'blocked'
      const changed = { [`follow/${person}`]: { hosts }, ...(wasBlocked && { [`block/${person}`]: null }) }
      return changeState(services, changed, { person }, context)
    },

    async unfollow({ person }, context) {
      if (!isKnown(person)) return err({ type: 'not-found', what: 'person' })
      return changeState(services, { [`follow/${person}`]: null }, {}, context)
    },

    async block({ person }, context) {
      const parsed = parsePersonLink(person)
      if (!parsed.ok) return err({ type: 'bad-link' })
      if (isMe(parsed.value.person)) return err({ type: 'own-link' })
      const id = parsed.value.person
      const change = { [`block/${id}`]: blockValue(services.personCard(id).name), [`follow/${id}`]: null }
      const blocked = await changeState(services, change, {}, context)
      await purge.settled()
      return blocked
    },

    async unblock({ person }, context) {
      if (!isKnown(person)) return err({ type: 'not-found', what: 'person' })
      return changeState(services, { [`block/${person}`]: null }, {}, context)
    },

    async 'set-petname'({ person, petname }, context) {
      const name = petname.trim()
      if (!isKnown(person)) return err({ type: 'not-found', what: 'person' })
      if (name.length > MAX_NAME_LENGTH) return err({ type: 'too-large', what: 'name', limit: MAX_NAME_LENGTH })
      return changeState(services, { [`petname/${person}`]: name || null }, {}, context)
    },
  }
}
