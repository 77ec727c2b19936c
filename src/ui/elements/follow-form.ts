/** Follows by link or code: pasted, or seen by the camera. */
import { css, html, LitElement } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { Request } from '../controllers/request.ts'
import { t } from '../messages/index.ts'
import { navigate } from '../shell/router.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { page } from '../styles/page.ts'
import { failure } from './failure.ts'
import { icon } from './icon.ts'
import { personPath } from './person-line.ts'

@customElement('kith-follow-form')
export class FollowForm extends LitElement {
  @state() private scanning = false
  readonly #follow = new Request(this, 'follow')
  /** A web+kith: link that the browser passed on. */
  readonly #given = new URLSearchParams(location.search).get('link') ?? ''

  static override styles = [
    base,
    controls,
    page,
    css`
      .line {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 8px;
      }
    `,
  ]

  override render() {
    return html`<section class="card">
      <h2>${t.peoplePage.follow}</h2>
      <form class="field" @submit=${this.#submit}>
        <label for="link">${t.peoplePage.link}</label>
        <div class="line">
          <input id="link" type="text" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="hint"
            value=${this.#given} />
          <button class="primary" aria-disabled=${this.#follow.busy}>${t.peoplePage.go}</button>
        </div>
        <p class="hint" id="hint">${t.peoplePage.linkHint}</p>
      </form>
      ${failure(this.#follow.error)}
      <button aria-expanded=${this.scanning ? 'true' : 'false'} @click=${this.#toggle}>${icon('scan-line')}${t.peoplePage.scan}</button>
      ${this.scanning ? html`<kith-scanner @kith-code=${this.#seen}></kith-scanner>` : ''}
    </section>`
  }

  async #toggle(): Promise<void> {
    if (!this.scanning) await import('./scanner.ts')
    this.scanning = !this.scanning
  }

  #seen(event: CustomEvent<string>): void {
    this.scanning = false
    void this.#send(event.detail)
  }

  #submit(event: Event): void {
    event.preventDefault()
    void this.#send(this.renderRoot.querySelector<HTMLInputElement>('#link')?.value.trim() ?? '')
  }

  async #send(link: string): Promise<void> {
    const followed = await this.#follow.run({ link })
    if (followed) navigate(personPath(followed.person))
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-follow-form': FollowForm
  }
}
