/** People: invite someone, follow someone, and everyone one knows of. */
import { html, LitElement } from 'lit'
import { customElement } from 'lit/decorators.js'
import { LiveQuery } from '../controllers/live-query.ts'
import '../elements/asking.ts'
import { failure } from '../elements/failure.ts'
import '../elements/follow-form.ts'
import '../elements/invite.ts'
import { pageHead } from '../elements/page-head.ts'
import { personLine } from '../elements/person-line.ts'
import '../elements/skeleton.ts'
import type { PeopleView, PersonView } from '../../rpc/views.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { page } from '../styles/page.ts'
import { peopleLines } from '../styles/people.ts'

@customElement('kith-people-page')
export class PeoplePage extends LitElement {
  readonly #people = new LiveQuery(this, 'people', () => ({}))

  static override styles = [base, page, peopleLines]

  override render() {
    return html`${pageHead(t.peoplePage.heading)}
      <kith-asking open></kith-asking>
      <kith-follow-form></kith-follow-form>
      <kith-invite></kith-invite>
      ${this.#people.render({
        waiting: () => html`<kith-skeleton></kith-skeleton>`,
        value: (people) => this.#lists(people),
        failed: failure,
      })}`
  }

  #lists({ following, seen, blocked }: PeopleView) {
    return html`<section>
        <h2>${t.peoplePage.list}</h2>
        ${following.length ? this.#list(following) : html`<p class="muted">${t.peoplePage.none}</p>`}
      </section>
      ${
        seen.length
          ? html`<section><h2>${t.peoplePage.seen}</h2><p class="muted small">${t.peoplePage.seenText}</p>${this.#list(seen)}</section>`
          : ''
      }
      ${
        blocked.length
          ? html`<section>
              <details>
                <summary>${t.peoplePage.blocked} (${blocked.length})</summary>
                ${this.#list(blocked)}
              </details>
            </section>`
          : ''
      }`
  }

  #list(people: readonly PersonView[]) {
    return html`<ul class="lines">
      ${people.map((person) => html`<li>${personLine(person, person.online ? t.person.online : person.about)}</li>`)}
    </ul>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-people-page': PeoplePage
  }
}
