/** What a link to something shared shows, to whoever has it. The link stands behind the `#` of the address. */
import { css, html, LitElement } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import type { SharedView } from '../../rpc/sharing.ts'
import { LiveQuery } from '../controllers/live-query.ts'
import { Request } from '../controllers/request.ts'
import { failure } from '../elements/failure.ts'
import { icon } from '../elements/icon.ts'
import { nameWindow, pageHead } from '../elements/page-head.ts'
import '../elements/time.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { page } from '../styles/page.ts'

@customElement('kith-shared-page')
export class SharedPage extends LitElement {
  /** Kept over another look, until there is another answer. */
  @state() private shown: SharedView | undefined
  readonly #open = new Request(this, 'open-shared')
  readonly #session = new LiveQuery(this, 'session', () => ({}))

  static override styles = [
    base,
    controls,
    page,
    css`
      article {
        padding: 16px;
      }
      .text {
        margin-top: 8px;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
    `,
  ]

  override connectedCallback(): void {
    super.connectedCallback()
    addEventListener('hashchange', this.#changed)
    void this.#look()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener('hashchange', this.#changed)
  }

  override render() {
    const { busy, error } = this.#open
    const home = this.#session.value?.state === 'ready' ? t.nav.home : t.app.first
    return html`${pageHead(t.sharing.page.heading, { href: '/', name: home })}
      <p class="off-screen" role="status">${busy ? t.sharing.page.opening : ''}</p>
      ${busy && !this.shown ? html`<p class="muted">${t.sharing.page.opening}</p>` : ''}
      ${failure(error)} ${this.shown && !error ? this.#content(this.shown) : ''}
      <div><button aria-disabled=${busy} @click=${this.#look}>${icon('rotate-cw')}${t.sharing.page.again}</button></div>`
  }

  #content(view: SharedView) {
    if (view.kind === 'sealed') {
      const until = new Date(view.expires).toLocaleDateString(t.language, { dateStyle: 'long' })
      return html`<section class="card">
        <h2>${t.sharing.page.sealed}</h2>
        <p>${t.sharing.page.sealedText}</p>
        <p class="muted small">${t.sharing.page.expires} ${until}</p>
      </section>`
    }
    const title = view.title || t.sharing.page.untitled
    return html`<article class="card" aria-labelledby="title">
        <h2 id="title" dir="auto">${title}</h2>
        <p class="muted small">${t.sharing.page.updated} <kith-time at=${view.updated}></kith-time></p>
        ${view.text ? html`<div class="text" dir="auto">${view.text}</div>` : html`<p class="muted">${t.sharing.page.empty}</p>`}
      </article>
      <p class="muted small">${t.sharing.page.note}</p>`
  }

  /** Another link was opened in this window. */
  readonly #changed = (): void => {
    this.shown = undefined
    void this.#look()
  }

  readonly #look = async (): Promise<void> => {
    const { href } = location
    const found = await this.#open.run({ link: href })
    // A link that was opened meanwhile is asked for by itself.
    if (href !== location.href) return this.#look()
    if (!found) return
    this.shown = found
    if (found.kind === 'note' && found.title) nameWindow(found.title)
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-shared-page': SharedPage
  }
}
