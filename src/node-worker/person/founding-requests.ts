/** Answers `create-person`, `recovery-words` and `confirm-words`. What does it is loaded when it is first asked for. */
import { lazily } from '../api/lazy.ts'
import type { InternalServices } from '../internal-services.ts'
import type { FoundingHandlers } from './founding.ts'

/** The handlers; all calls share one set, so that one person is made at a time. */
export const foundingRequests = (services: InternalServices): FoundingHandlers => {
  const load = lazily(() => import('./founding.ts').then(({ createFounding }) => createFounding(services)))
  return {
    'create-person': async (input, context) => (await load())['create-person'](input, context),
    'recovery-words': async (input, context) => (await load())['recovery-words'](input, context),
    'confirm-words': async (input, context) => (await load())['confirm-words'](input, context),
  }
}
