/** Short news at the edge of the window, spoken by screen readers, gone after a few seconds. */
import { css, html, LitElement } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { base } from '../styles/base.ts'

const SHOWN_FOR = 4_000
const SAY = 'kith-say'

/** Says `text` once. */
export const say = (text: string): void => {
  dispatchEvent(new CustomEvent(SAY, { detail: text }))
}

@customElement('kith-toast')
export class Toast extends LitElement {
  @state() private text = ''
  #timer: ReturnType<typeof setTimeout> | undefined

  static override styles = [
    base,
    css`
      :host {
        position: fixed;
        inset: auto 0 calc(var(--bar) + 16px + env(safe-area-inset-bottom));
        z-index: 3;
        display: grid;
        justify-items: center;
        pointer-events: none;
      }
      p {
        max-width: calc(100vw - 32px);
        padding: 10px 16px;
        border-radius: var(--radius);
        background: var(--ink);
        color: var(--paper);
        font-size: var(--text-2);
        box-shadow: var(--lift);
      }
      @media (min-width: 900px) {
        :host {
          bottom: 24px;
        }
      }
    `,
  ]

  override connectedCallback(): void {
    super.connectedCallback()
    addEventListener(SAY, this.#say)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener(SAY, this.#say)
    clearTimeout(this.#timer)
  }

  override render() {
    return html`<div aria-live="polite">${this.text ? html`<p>${this.text}</p>` : ''}</div>`
  }

  #say = (event: Event): void => {
    this.text = (event as CustomEvent<string>).detail
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.text = ''
    }, SHOWN_FOR)
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-toast': Toast
  }
}
