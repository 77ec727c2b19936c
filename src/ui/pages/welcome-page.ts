/** First start: one name, one button. */
import { css, html, LitElement } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { Request } from '../controllers/request.ts'
import type { AvatarField } from '../elements/avatar-field.ts'
import '../elements/avatar-field.ts'
import type { KithError } from '../../rpc/errors.ts'
import { failure } from '../elements/failure.ts'
import { icon } from '../elements/icon.ts'
import { logo } from '../elements/logo.ts'
import { nameWindow } from '../elements/page-head.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { page } from '../styles/page.ts'

@customElement('kith-welcome-page')
export class WelcomePage extends LitElement {
  /** The address is a person's: they sent their link. */
  @property({ type: Boolean }) invited = false

  @state() private empty: KithError | undefined
  readonly #create = new Request(this, 'create-person')

  static override styles = [
    base,
    controls,
    page,
    css`
      :host {
        gap: 24px;
      }
      .logo {
        width: 56px;
        height: 56px;
      }
      h1 {
        margin-top: 16px;
        font-size: clamp(1.75rem, 7vw, 2.375rem);
      }
      .lead {
        margin-top: 10px;
        font-size: 1.125rem;
      }
      form {
        display: grid;
        gap: 20px;
        padding: 20px;
      }
      .primary {
        min-height: 52px;
        font-size: var(--text-3);
      }
      .promises {
        display: grid;
        gap: 6px;
        color: var(--muted);
        font-size: var(--text-2);
      }
      .promises .icon {
        color: var(--good);
        margin-right: 8px;
      }
      .words {
        justify-self: center;
        padding: 12px;
      }
    `,
  ]

  override connectedCallback(): void {
    super.connectedCallback()
    nameWindow('')
  }

  override render() {
    const { busy, error } = this.#create
    return html`<header>
        ${logo()}
        <h1 tabindex="-1">${t.welcome.heading}</h1>
        <p class="lead">${this.invited ? t.welcome.invited : t.welcome.lead}</p>
      </header>
      <form class="card" @submit=${this.#start}>
        <div class="field">
          <label for="name">${t.welcome.name}</label>
          <input id="name" type="text" name="name" autocomplete="nickname" aria-describedby="hint" @input=${this.#typed} />
          <p class="hint" id="hint">${t.welcome.nameHint}</p>
          ${failure(this.empty)}
        </div>
        <kith-avatar-field label=${t.welcome.avatar}></kith-avatar-field>
        ${failure(error)}
        <button class="primary" aria-disabled=${busy}>${busy ? t.welcome.starting : t.welcome.start}</button>
      </form>
      <ul class="promises">
        ${t.welcome.promises.map((promise) => html`<li>${icon('check')}${promise}</li>`)}
      </ul>
      <a class="words" href="/welcome/words">${t.welcome.haveWords}</a>`
  }

  #typed(): void {
    this.empty = undefined
  }

  async #start(event: Event): Promise<void> {
    event.preventDefault()
    const field = this.renderRoot.querySelector<HTMLInputElement>('#name')
    const name = field?.value.trim() ?? ''
    if (!name) {
      this.empty = { type: 'empty', what: 'name' }
      field?.focus()
      return
    }
    const avatar = await this.renderRoot.querySelector<AvatarField>('kith-avatar-field')?.settled()
    await this.#create.run({ name, ...(avatar ? { avatar } : {}) })
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-welcome-page': WelcomePage
  }
}
