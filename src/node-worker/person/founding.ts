/** What is done once in the life of a person, as one chunk that is loaded with it: making them, keeping the words. */
import type { RequestHandlers } from '../api/requests.ts'
import type { InternalServices } from '../internal-services.ts'
import { createPersonRequests } from './create-person.ts'
import { wordsRequests } from './words-requests.ts'

/** The requests of this chunk. */
export type FoundingHandlers = Pick<RequestHandlers, 'create-person' | 'recovery-words' | 'confirm-words'>

/** Answers all of them. */
export const createFounding = (services: InternalServices): FoundingHandlers => ({
  ...createPersonRequests(services),
  ...wordsRequests(services),
})
