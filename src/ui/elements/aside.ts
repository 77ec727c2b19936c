/** The third column on wide windows: who is around, and whom one follows. */
import { css, html, LitElement } from 'lit'
import { customElement } from 'lit/decorators.js'
import type { PersonCard } from '../../rpc/views.ts'
import { LiveQuery } from '../controllers/live-query.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { peopleLines } from '../styles/people.ts'
import { personLine } from './person-line.ts'

/** People shown before the list refers to its page. */
const MOST = 8

const distinct = (people: readonly PersonCard[]): readonly PersonCard[] => [
  ...new Map(people.map((person) => [person.id, person])).values(),
]

@customElement('kith-aside')
export class Aside extends LitElement {
  readonly #connection = new LiveQuery(this, 'connection', () => ({}))
  readonly #people = new LiveQuery(this, 'people', () => ({}))

  static override styles = [
    base,
    peopleLines,
    css`
      aside {
        position: sticky;
        top: 20px;
        display: grid;
        gap: 24px;
        padding-top: 44px;
      }
      h2 {
        font: 600 var(--text-2) var(--body-font);
        color: var(--muted);
        margin-bottom: 4px;
      }
      .person {
        min-height: 52px;
        padding: 4px;
      }
    `,
  ]

  override render() {
    const around = distinct((this.#connection.value?.sessions ?? []).map(({ person }) => person))
    const near = new Set(around.map(({ id }) => id))
    const others = (this.#people.value?.following ?? []).filter(({ id }) => !near.has(id))
    return html`<aside aria-label=${t.aside.around}>
      <section>
        <h2>${t.aside.around}</h2>
        ${around.length ? this.#list(around) : html`<p class="muted small">${t.aside.nobody}</p>`}
      </section>
      ${others.length ? html`<section><h2>${t.aside.follow}</h2>${this.#list(others)}</section>` : ''}
    </aside>`
  }

  #list(people: readonly PersonCard[]) {
    return html`<ul>
      ${people.slice(0, MOST).map((person) => html`<li>${personLine(person)}</li>`)}
    </ul>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-aside': Aside
  }
}
