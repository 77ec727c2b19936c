/** Who keeps everything of one's own: how far they are, asking one more, asking one no longer. */
import { css, html, LitElement } from 'lit'
import { customElement, query } from 'lit/decorators.js'
import type { KeepersView, KeeperView, PersonView } from '../../rpc/views.ts'
import { LiveQuery } from '../controllers/live-query.ts'
import { Request } from '../controllers/request.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { page } from '../styles/page.ts'
import { peopleLines } from '../styles/people.ts'
import { failure } from './failure.ts'
import { icon } from './icon.ts'
import { displayName, personLine } from './person-line.ts'
import './time.ts'
import { say } from './toast.ts'

@customElement('kith-keepers')
export class Keepers extends LitElement {
  @query('select') private accessor select!: HTMLSelectElement
  readonly #keepers = new LiveQuery(this, 'keepers', () => ({}))
  readonly #people = new LiveQuery(this, 'people', () => ({}))
  readonly #ask = new Request(this, 'ask-keeper')

  static override styles = [
    base,
    controls,
    page,
    peopleLines,
    css`
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: center;
        gap: 8px;
      }
      /* What matters here is how much they have: on a phone it takes two lines. */
      li .note {
        -webkit-line-clamp: 3;
      }
      .line {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      /* With large text on a narrow screen the button stands below. */
      select {
        flex: 1 1 9em;
        min-width: 0;
      }
    `,
  ]

  override render() {
    return html`<section class="card">
      <h2>${t.keepers.heading}</h2>
      <p class="muted small">${t.keepers.lead}</p>
      ${this.#keepers.render({ value: (view) => this.#whole(view), failed: failure })}
      ${failure(this.#ask.error)}
    </section>`
  }

  #whole({ mine, limit }: KeepersView) {
    return html`${
      mine.length
        ? html`<ul class="lines">${mine.map((keeper) => this.#keeper(keeper))}</ul>
            <p class="muted small">${t.keepers.dismissText}</p>`
        : html`<p>${t.keepers.none}</p>`
    }
    ${mine.length < limit ? this.#form(mine) : html`<p class="muted">${t.keepers.full(limit)}</p>`}`
  }

  #keeper({ person, online, has, confirmed }: KeeperView) {
    const name = displayName(person)
    const heard = confirmed === undefined ? '' : html` · ${t.keepers.seen} <kith-time .at=${confirmed}></kith-time>`
    const note = html`${t.keepers.has[has]}${online ? ` · ${t.person.online}` : heard}`
    return html`<li>
      ${personLine(person, note)}
      <button class="quiet" aria-label=${t.keepers.dismiss(name)} @click=${() => this.#ask.run({ person: person.id, on: false })}>
        ${icon('x')}
      </button>
    </li>`
  }

  #form(mine: readonly KeeperView[]) {
    const asked = new Set(mine.map(({ person }) => person.id))
    const others = this.#people.value?.following.filter(({ id }) => !asked.has(id))
    if (!others) return ''
    if (others.length === 0)
      return html`<p class="muted">${t.keepers.nobody} <a href="/people">${t.keepers.follow}</a></p>`
    return html`<form class="field" @submit=${(event: Event) => this.#submit(event, others)}>
      <label for="who">${t.keepers.choose}</label>
      <div class="line">
        <select id="who">${others.map((person) => html`<option value=${person.id}>${displayName(person)}</option>`)}</select>
        <button class="primary" aria-disabled=${this.#ask.busy}>${t.keepers.ask}</button>
      </div>
    </form>`
  }

  async #submit(event: Event, others: readonly PersonView[]): Promise<void> {
    event.preventDefault()
    const person = others.find(({ id }) => id === this.select.value)
    if (person && (await this.#ask.run({ person: person.id, on: true }))) say(t.keepers.asked(displayName(person)))
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-keepers': Keepers
  }
}
