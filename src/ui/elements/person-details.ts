/** The exact facts about a person, one tap away: petname, fingerprint, id, age of the last confirmation. */
import { css, html, LitElement } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { PersonView } from '../../rpc/views.ts'
import { Request } from '../controllers/request.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { failure } from './failure.ts'
import './key-history.ts'
import './time.ts'
import { say } from './toast.ts'

@customElement('kith-person-details')
export class PersonDetails extends LitElement {
  @property({ attribute: false }) person?: PersonView
  @state() private isOpen = false

  readonly #petname = new Request(this, 'set-petname')

  static override styles = [
    base,
    controls,
    css`
      dl {
        display: grid;
        gap: 10px;
        margin-top: 12px;
        font-size: var(--text-2);
      }
      dt {
        color: var(--muted);
      }
      .petname {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 6px 8px;
        margin-top: 4px;
      }
      .petname > :not(input, button) {
        grid-column: 1 / -1;
      }
      code {
        font-size: var(--text-1);
      }
    `,
  ]

  override render() {
    const { person } = this
    if (!person) return ''
    return html`<details @toggle=${this.#toggle}>
      <summary>${t.app.details}</summary>
      ${person.relation === 'me' || person.relation === 'blocked' ? '' : this.#petnameForm(person)}
      <dl>
        <div><dt>${t.person.fingerprint}</dt><dd>${person.fingerprint}</dd></div>
        <div><dt>${t.person.id}</dt><dd class="wrap"><code>${person.id}</code></dd></div>
        ${
          person.confirmed
            ? html`<div><dt>${t.person.confirmed}</dt><dd><kith-time .at=${person.confirmed}></kith-time></dd></div>`
            : ''
        }
      </dl>
      ${this.isOpen ? html`<kith-key-history .person=${person.id}></kith-key-history>` : ''}
    </details>`
  }

  #toggle(event: Event): void {
    this.isOpen = (event.currentTarget as HTMLDetailsElement).open
  }

  #petnameForm(person: PersonView) {
    return html`<form class="petname" @submit=${this.#save}>
      <label for="petname">${t.person.petname}</label>
      <input id="petname" type="text" autocomplete="off" .value=${person.petname ?? ''} aria-describedby="hint" />
      <button>${t.person.savePetname}</button>
      <p class="hint" id="hint">${t.person.petnameHint}</p>
      ${failure(this.#petname.error)}
    </form>`
  }

  async #save(event: Event): Promise<void> {
    event.preventDefault()
    const petname = this.renderRoot.querySelector<HTMLInputElement>('#petname')?.value.trim() ?? ''
    if (!this.person) return
    await this.#petname.run({ person: this.person.id, petname })
    if (!this.#petname.error) say(t.common.saved)
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-person-details': PersonDetails
  }
}
