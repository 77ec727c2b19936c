/** Kith cannot run here: why, what that means, how to fix it. */
import { css, html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { KithError } from '../../rpc/errors.ts'
import { logo } from '../elements/logo.ts'
import { nameWindow } from '../elements/page-head.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { page } from '../styles/page.ts'

/** Options of a command stay whole at the end of a line. */
const withOptions = (text: string) =>
  text.split(/(--[\w-]+)/).map((part) => (part.startsWith('--') ? html`<code>${part}</code>` : part))

@customElement('kith-problem-page')
export class ProblemPage extends LitElement {
  @property({ attribute: false }) error?: KithError

  static override styles = [
    base,
    controls,
    page,
    css`
      :host {
        max-width: 34rem;
        margin: clamp(24px, 10vh, 96px) auto;
        padding: 0 8px;
      }
      code {
        white-space: nowrap;
      }
      .todo {
        border-left: 4px solid var(--accent);
      }
    `,
  ]

  override render() {
    if (!this.error) return ''
    const words = t.errorWords(this.error)
    nameWindow(words.what)
    return html`${logo()}
      <h1 tabindex="-1">${words.what}</h1>
      <p class="lead">${words.means}</p>
      <p class="card todo">${withOptions(words.todo)}</p>
      <div class="row">${this.#wayOn(this.error)}</div>
      ${words.details ? html`<details><summary>${t.app.details}</summary><p class="small wrap">${words.details}</p></details>` : ''}`
  }

  #wayOn({ type }: KithError) {
    return type === 'keys-lost'
      ? html`<a class="button primary" href="/welcome/words">${t.welcome.haveWords}</a>`
      : html`<button class="primary" @click=${() => location.reload()}>${t.common.reload}</button>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-problem-page': ProblemPage
  }
}
