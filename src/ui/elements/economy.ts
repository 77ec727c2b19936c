/** Give and take, as a section of the page about storage: what is given and used, as a picture and in words. */
import { css, html, LitElement, nothing } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import type { EconomyView, GivingDevice } from '../../rpc/economy.ts'
import { LiveQuery } from '../controllers/live-query.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import './economy-form.ts'
import { failure } from './failure.ts'

/** Units across the picture. */
const WIDTH = 1000

@customElement('kith-economy')
export class Economy extends LitElement {
  @state() private isOpen = false
  readonly #view = new LiveQuery(this, 'economy', () => ({}))

  static override styles = [
    base,
    controls,
    css`
      section {
        display: grid;
        gap: 12px;
        grid-template-columns: minmax(0, 1fr);
      }
      svg {
        width: 100%;
        height: 20px;
        border: 1px solid var(--edge);
        border-radius: var(--radius);
        background: var(--sunk);
        forced-color-adjust: none;
      }
      .given {
        fill: color-mix(in oklch, var(--accent) 35%, var(--card));
      }
      .used {
        fill: var(--accent);
      }
      .needed {
        stroke: var(--ink);
        stroke-width: 3px;
        vector-effect: non-scaling-stroke;
      }
      dl {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 4px 12px;
      }
      dd {
        text-align: end;
        font-variant-numeric: tabular-nums;
      }
    `,
  ]

  override render() {
    return html`<section class="card">
      <h2>${t.economy.heading}</h2>
      <p class="muted small">${t.economy.lead}</p>
      ${this.#view.render({ value: (view) => this.#content(view), failed: failure })}
    </section>`
  }

  #content(view: EconomyView) {
    const { own, copies, needed, given } = view
    const missing = needed - given
    return html`${view.barred ? html`<p role="alert">${t.economy.barred}</p>` : nothing} ${this.#picture(view)}
      ${this.#facts(view)}
      <p class="muted small">${t.economy.neededWhy(own, copies, needed !== own * copies)}</p>
      <p>${missing > 0 ? t.economy.tooLittle(missing) : t.economy.enough}</p>
      ${view.devices.length > 1 ? this.#devices(view.devices) : nothing}
      ${
        this.isOpen
          ? html`<kith-economy-form .view=${view} @kith-done=${this.#done}></kith-economy-form>`
          : html`<div><button @click=${this.#open}>${t.economy.change}</button></div>`
      }`
  }

  #picture({ given, used, needed }: EconomyView) {
    // Widths are attributes: the page's policy allows no style in an element.
    const unit = WIDTH / Math.max(given, used, needed, 1)
    return html`<svg role="img" aria-label=${t.economy.picture(given, used, needed)} viewBox="0 0 ${WIDTH} 20"
      preserveAspectRatio="none">
      <rect class="given" width=${given * unit} height="20" />
      <rect class="used" width=${used * unit} height="20" />
      <path class="needed" d="M${needed * unit} 0v20" />
    </svg>`
  }

  #facts({ given, used, pending, free, held, substituted, needed }: EconomyView) {
    const words = t.economy
    const rows = [
      [words.given, given],
      [words.used, used],
      [free < 0 ? words.missing : words.free, Math.abs(free)],
      [words.held, held],
      ...(substituted > 0 ? [[words.substituted, substituted] as const] : []),
      [words.needed, needed],
    ] as const
    return html`<dl>
        ${rows.map(([name, bytes]) => html`<dt>${name}</dt><dd>${t.size(bytes)}</dd>`)}
      </dl>
      ${pending > 0 ? html`<p class="muted small">${words.pending(pending)}</p>` : nothing}`
  }

  #devices(devices: readonly GivingDevice[]) {
    const line = ({ here, name, given, held }: GivingDevice) =>
      html`<li>${here ? t.economy.here : name || t.devices.unnamed}: ${t.economy.device(given, held)}</li>`
    return html`<h3>${t.economy.devices}</h3>
      <ul class="small">${devices.map(line)}</ul>`
  }

  async #open(): Promise<void> {
    this.isOpen = true
    await this.updateComplete
    const form = this.renderRoot.querySelector('kith-economy-form')
    await form?.updateComplete
    form?.renderRoot.querySelector('input')?.focus()
  }

  async #done(): Promise<void> {
    this.isOpen = false
    await this.updateComplete
    // What had the focus is gone.
    this.renderRoot.querySelector('button')?.focus()
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-economy': Economy
  }
}
