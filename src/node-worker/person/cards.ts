/** Names and faces, from memory: what stands beside a post, in lists of people and on a person's page. */
import { fingerprint } from '../../core/identity/proquint.ts'
import type { PersonCard, PersonView } from '../../rpc/views.ts'
import { emptyPerson, type Person, type Persons } from './persons.ts'

/** Cards and views of persons. */
export interface Cards {
  card(id: string): PersonCard
  /** `isOnline` and `contested` come from whoever knows. */
  view(id: string, extra: { readonly online: boolean; readonly contested: boolean }): PersonView
}

const shownName = (person: Person): string => person.petname ?? person.profile?.name ?? ''

/** Names are compared as people read them. */
const foldName = (name: string): string => name.normalize('NFKC').trim().toLocaleLowerCase()

/** Creates cards over the persons in memory; how often each name is used is counted once a change. */
export const createCards = (persons: Persons): Cards => {
  let uses: Map<string, number> | undefined
  persons.onChange(() => {
    uses = undefined
  })

  const countNames = (): Map<string, number> => {
    const counts = new Map<string, number>()
    for (const person of persons.all()) {
      const name = foldName(shownName(person))
      if (name) counts.set(name, (counts.get(name) ?? 0) + 1)
    }
    return counts
  }

  const isAmbiguous = (name: string): boolean => {
    uses ??= countNames()
    return (uses.get(foldName(name)) ?? 0) > 1
  }

  const card: Cards['card'] = (id) => {
    const person = persons.get(id) ?? emptyPerson(id)
    const name = shownName(person)
    return {
      id,
      name,
      fingerprint: fingerprint(id),
      ...(person.profile?.avatar && { avatar: person.profile.avatar }),
      ...(isAmbiguous(name) && { ambiguous: true }),
    }
  }

  return {
    card,
    view(id, extra) {
      const person = persons.get(id) ?? emptyPerson(id)
      return {
        ...card(id),
        ownName: person.profile?.name ?? '',
        about: person.profile?.about ?? '',
        relation: person.relation,
        ...(person.petname && { petname: person.petname }),
        posts: person.posts,
        known: person.events.length > 0,
        ...(person.confirmed !== undefined && { confirmed: person.confirmed }),
        ...extra,
      }
    },
  }
}
