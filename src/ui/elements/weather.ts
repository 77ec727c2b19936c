/** One line of weather: who is connected, what waits. Never in the way; a tap opens the details. */
import { css, html, LitElement } from 'lit'
import { customElement } from 'lit/decorators.js'
import { LiveQuery } from '../controllers/live-query.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'

type Sky = 'clear' | 'cloudy' | 'dark'

@customElement('kith-weather')
export class Weather extends LitElement {
  readonly #connection = new LiveQuery(this, 'connection', () => ({}))

  static override styles = [
    base,
    css`
      a {
        display: inline-flex;
        align-items: center;
        gap: 8px;
        min-height: 32px;
        max-width: 100%;
        padding: 4px 2px;
        color: var(--muted);
        font-size: var(--text-1);
        text-decoration: none;
      }
      a:hover {
        color: var(--ink);
      }
      span {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      /* So narrow for the size of its text that one line would say too little. */
      @media (max-width: 18em) {
        span {
          white-space: normal;
        }
      }
      i {
        flex: none;
        width: 8px;
        height: 8px;
        border-radius: 50%;
        border: 1.5px solid var(--edge);
        transition: background-color var(--quick);
      }
      .clear i {
        background: var(--good);
        border-color: var(--good);
      }
      .cloudy i {
        background: var(--sun);
        border-color: var(--sun);
      }
    `,
  ]

  override render() {
    return html`<div role="status" aria-label=${t.connection.label}>
      <a href="/connection" class=${this.#sky()}><i></i><span>${this.#words()}</span></a>
    </div>`
  }

  #words(): string {
    const { value, error } = this.#connection
    if (error) return t.connection.restarting
    return value ? t.connection.weather(value, navigator.onLine) : t.connection.unknown
  }

  #sky(): Sky {
    const view = this.#connection.value
    if (!view?.online) return 'dark'
    if (view.people > 0) return 'clear'
    return view.hosts.some((host) => host.state === 'connected') ? 'cloudy' : 'dark'
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-weather': Weather
  }
}
