/** A person as one line: face, name, what is known; the whole of it a link to their page. */
import { html } from 'lit'
import type { PersonCard } from '../../rpc/views.ts'
import { t } from '../messages/index.ts'
import './face.ts'

/** The name to show, never empty. */
export const displayName = (person: PersonCard): string => person.name || t.person.unnamed

/** Path of a person's page. */
export const personPath = (id: string): string => `/@${id}`

/** Three syllables that tell apart people who share a name. */
export const fingerprint = (person: PersonCard) =>
  person.ambiguous || !person.name ? html`<span class="muted tiny">${person.fingerprint}</span>` : ''

/** One line of a list of people; needs the styles of styles/people.ts. */
export const personLine = (person: PersonCard, note: unknown = '') => html`
  <a class="person" href=${personPath(person.id)}>
    <kith-face .person=${person}></kith-face>
    <span class="who"><strong class="wrap">${displayName(person)}</strong> ${fingerprint(person)}
      <span class="note">${note}</span></span>
  </a>
`
