/** One's own storage, as a section of the page about storage: what it is, how far it is, and how to begin or end it. */
import { css, html, LitElement } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import type { ForeignPlace, ForeignStorageView } from '../../rpc/foreign.ts'
import { LiveQuery } from '../controllers/live-query.ts'
import { Request } from '../controllers/request.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { confirmed } from './confirm.ts'
import { failure } from './failure.ts'
import './foreign-form.ts'
import { say } from './toast.ts'

const describe = (place: ForeignPlace): string =>
  place.kind === 's3' ? t.foreign.where.s3(place.bucket, place.endpoint) : t.foreign.where.http(place.endpoint)

const progress = ({ stored, bytes, waiting }: ForeignStorageView): string =>
  [t.foreign.stored(stored, bytes), ...(waiting > 0 ? [t.foreign.waiting(waiting)] : [])].join(' · ')

@customElement('kith-foreign-storage')
export class ForeignStorage extends LitElement {
  @state() private isOpen = false
  readonly #view = new LiveQuery(this, 'foreign-storage', () => ({}))
  readonly #stop = new Request(this, 'save-foreign-storage')

  static override styles = [
    base,
    controls,
    css`
      section {
        display: grid;
        gap: 12px;
        grid-template-columns: minmax(0, 1fr);
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
    `,
  ]

  override render() {
    return html`<section class="card">
      <h2>${t.foreign.heading}</h2>
      ${this.#view.render({ value: (view) => this.#content(view), failed: failure })}
    </section>`
  }

  #content(view: ForeignStorageView) {
    const { place } = view
    if (this.isOpen)
      return html`<p class="muted small">${t.foreign.lead}</p>
        <kith-foreign-form .place=${place} @kith-done=${this.#done}></kith-foreign-form>`
    if (!place)
      return html`<p class="muted small">${t.foreign.lead}</p>
        <div><button @click=${this.#open}>${t.foreign.use}</button></div>`
    return html`<p class="wrap">${describe(place)}</p>
      <p>${view.waiting === 0 && !view.error ? t.foreign.done : ''} ${progress(view)}</p>
      <p class="muted small">${view.isPublic ? t.foreign.public : t.foreign.private}</p>
      ${failure(view.error)}
      ${view.error && view.retryAt ? html`<p class="muted small">${t.foreign.retry((view.retryAt - Date.now()) / 1000)}</p>` : ''}
      <div class="row">
        <button @click=${this.#open}>${t.foreign.change}</button>
        <button class="danger" aria-disabled=${this.#stop.busy} @click=${this.#end}>${t.foreign.stop}</button>
      </div>
      ${failure(this.#stop.error)}`
  }

  async #open(): Promise<void> {
    this.isOpen = true
    await this.updateComplete
    const form = this.renderRoot.querySelector('kith-foreign-form')
    await form?.updateComplete
    form?.renderRoot.querySelector('input')?.focus()
  }

  async #done(): Promise<void> {
    this.isOpen = false
    await this.#focusFirst()
  }

  async #end(): Promise<void> {
    if (this.#stop.busy) return
    const { stopTitle: title, stopText: text, stop: action } = t.foreign
    if (!(await confirmed({ title, text, action }))) return
    if (!(await this.#stop.run({ storage: null }))) return
    say(t.foreign.stopped)
    await this.#focusFirst()
  }

  /** What had the focus is gone. */
  async #focusFirst(): Promise<void> {
    await this.updateComplete
    this.renderRoot.querySelector('button')?.focus()
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-foreign-storage': ForeignStorage
  }
}
