/** One's own link: to copy, or as a code to point a camera at. Says so when the link will not work elsewhere. */
import { css, html, LitElement } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import type { MyLinkView } from '../../rpc/views.ts'
import { Request } from '../controllers/request.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { page } from '../styles/page.ts'
import { failure } from './failure.ts'
import { icon } from './icon.ts'
import { copyLink } from './post-menu.ts'

@customElement('kith-invite')
export class Invite extends LitElement {
  @state() private link: MyLinkView | undefined
  @state() private code = false
  readonly #request = new Request(this, 'my-link')

  static override styles = [
    base,
    controls,
    page,
    css`
      .row > button {
        flex: 1 1 auto;
      }
      .warning summary {
        padding: 4px 0 0;
        color: inherit;
      }
    `,
  ]

  override render() {
    return html`<section class="card">
      <h2>${t.peoplePage.invite}</h2>
      <p class="muted small">${t.peoplePage.inviteText}</p>
      <div class="row">
        <button @click=${this.#copy}>${icon('copy')}${t.peoplePage.copyLink}</button>
        <button aria-expanded=${this.code ? 'true' : 'false'} @click=${this.#showCode}>${icon('qr-code')}${t.peoplePage.showCode}</button>
      </div>
      ${failure(this.#request.error)} ${this.link ? this.#shown(this.link) : ''}
    </section>`
  }

  #shown({ link, warning }: MyLinkView) {
    return html`${this.code ? html`<kith-qr .text=${link}></kith-qr><p class="muted small">${t.peoplePage.codeText}</p>` : ''}
      ${warning ? this.#warned(t.peoplePage.warning[warning]) : ''}
      <div class="field">
        <label for="mine">${t.peoplePage.myLink}</label>
        <input id="mine" type="text" readonly .value=${link} @focus=${(event: Event) => (event.target as HTMLInputElement).select()} />
      </div>`
  }

  #warned({ text, details }: { readonly text: string; readonly details: string }) {
    return html`<div class="warning" role="note">
      <p>${text}</p>
      <details><summary>${t.app.details}</summary><p>${details}</p></details>
    </div>`
  }

  async #load(): Promise<MyLinkView | undefined> {
    this.link = (await this.#request.run({})) ?? this.link
    return this.link
  }

  async #copy(): Promise<void> {
    const loaded = await this.#load()
    if (loaded) await copyLink(loaded.link)
  }

  async #showCode(): Promise<void> {
    await Promise.all([import('./qr.ts'), this.#load()])
    this.code = !this.code
    await this.updateComplete
    // Whole on the screen, so that a camera can see it.
    this.renderRoot.querySelector('kith-qr')?.scrollIntoView({ block: 'center' })
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-invite': Invite
  }
}
