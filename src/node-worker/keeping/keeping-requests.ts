/** Asking others to keep everything of one's own, and answering those who ask. Rules KP1, KP2, KP6. */
import { MAX_KEEPERS } from '../../core/records/keepers.ts'
import { err } from '../../core/result.ts'
import type { RequestHandlers } from '../api/requests.ts'
import type { InternalServices } from '../internal-services.ts'
import { changeState } from '../person/change-state.ts'
import { listKeepers } from './named.ts'

type Handlers = Pick<RequestHandlers, 'ask-keeper' | 'keep-for'>

/** Answers the requests about keepers. */
export const keepingRequests = (services: InternalServices): Handlers => {
  const { account, persons, platform } = services
  return {
    async 'ask-keeper'({ person, on }, context) {
      const me = account.self()?.person
      if (me === undefined) return err({ type: 'no-person' })
      if (on && persons.relation(person) !== 'following') return err({ type: 'not-followed' })
      const keepers = await platform.store.read(['meta', 'records'], (tx) => listKeepers(tx, me))
      if (on && !keepers.includes(person) && keepers.length >= MAX_KEEPERS)
        return err({ type: 'too-many-keepers', limit: MAX_KEEPERS })
      if (!on && !keepers.includes(person)) return err({ type: 'not-found', what: 'person' })
      return changeState(services, { [`keeper/${person}`]: on }, {}, context)
    },

    async 'keep-for'({ person, on }, context) {
      if (on && persons.relation(person) !== 'following') return err({ type: 'not-followed' })
      if (!persons.get(person)) return err({ type: 'not-found', what: 'person' })
      return changeState(services, { [`keeps-for/${person}`]: on }, {}, context)
    },
  }
}
