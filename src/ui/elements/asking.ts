/** People who ask this person to keep everything of theirs, and what was answered. Nothing while nobody asks. */
import { css, html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { AskingView } from '../../rpc/views.ts'
import { LiveQuery } from '../controllers/live-query.ts'
import { Request } from '../controllers/request.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { page } from '../styles/page.ts'
import { failure } from './failure.ts'
import { displayName } from './person-line.ts'

@customElement('kith-asking')
export class Asking extends LitElement {
  /** Only what is not answered yet. */
  @property({ type: Boolean }) open = false
  readonly #keepers = new LiveQuery(this, 'keepers', () => ({}))
  readonly #answer = new Request(this, 'keep-for')

  static override styles = [
    base,
    controls,
    page,
    css`
      ul {
        display: grid;
        gap: 16px;
      }
      li {
        display: grid;
        gap: 8px;
      }
    `,
  ]

  override render() {
    const asking = (this.#keepers.value?.asking ?? []).filter(({ answer }) => !this.open || answer === undefined)
    if (asking.length === 0) return ''
    return html`<section class="card">
      <h2>${t.keepers.asking}</h2>
      <ul>${asking.map((one) => this.#one(one))}</ul>
      ${failure(this.#answer.error)}
    </section>`
  }

  #one({ person, answer, bytes }: AskingView) {
    const name = displayName(person)
    const button = (on: boolean, words: string, kind = '') =>
      html`<button class=${kind} aria-disabled=${this.#answer.busy} aria-label="${words}: ${name}"
        @click=${() => this.#answer.run({ person: person.id, on })}>${words}</button>`
    if (answer === true)
      return html`<li><p>${t.keepers.keepsFor(name, bytes)}</p><div class="row">${button(false, t.keepers.stop)}</div></li>`
    if (answer === false)
      return html`<li><p>${t.keepers.refused(name)}</p><div class="row">${button(true, t.keepers.agree)}</div></li>`
    return html`<li>
      <p>${t.keepers.asks(name)}</p>
      <div class="row">${button(true, t.keepers.agree, 'primary')} ${button(false, t.keepers.refuse)}</div>
    </li>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-asking': Asking
  }
}
