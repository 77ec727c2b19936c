/** The wipe drill: asks for the words, shows how far it is, and says whether everything came back. */
import { css, html, LitElement } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import type { JobView } from '../../rpc/views.ts'
import { LiveQuery } from '../controllers/live-query.ts'
import { Request } from '../controllers/request.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { page } from '../styles/page.ts'
import { drillOutcome } from './drill-outcome.ts'
import { failure } from './failure.ts'

/** The newest drill of this window: whoever leaves the page in between finds it again. */
let newest = ''

@customElement('kith-drill')
export class Drill extends LitElement {
  /** Id of the drill that is shown. */
  @state() private job = newest
  readonly #drill = new Request(this, 'drill')
  readonly #stop = new Request(this, 'stop-drill')
  readonly #work = new LiveQuery(this, 'job', () => (this.job ? { job: this.job } : undefined))

  static override styles = [
    base,
    controls,
    page,
    css`
      form {
        display: grid;
        gap: 12px;
        grid-template-columns: minmax(0, 1fr);
      }
      h3 {
        font-size: var(--text-2);
      }
      li {
        padding: 4px 0;
        font-size: var(--text-2);
        overflow-wrap: anywhere;
      }
    `,
  ]

  override render() {
    const view = this.#work.value
    return html`<section class="card">
      <h2>${t.drill.heading}</h2>
      ${view?.drill ? drillOutcome(view.drill) : html`<p>${t.drill.lead}</p>`}
      ${view?.state === 'running' ? this.#progress(view) : this.#form(view)}
    </section>`
  }

  #progress({ step, done, total }: JobView) {
    const isComing = step === 'fetching'
    return html`<progress aria-label=${t.common.loading} max=${total || 1} .value=${isComing ? done : 0}></progress>
      <p role="status">${isComing ? t.drill.coming(done, total) : t.drill.asking}</p>
      <p class="muted small">${t.job.leave}</p>
      <div class="row"><button aria-disabled=${this.#stop.busy} @click=${() => this.#stop.run({})}>${t.drill.stop}</button></div>`
  }

  #form(view: JobView | undefined) {
    return html`<form @submit=${this.#start}>
      <div class="field">
        <label for="words">${t.drill.words}</label>
        <textarea id="words" rows="3" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="words-hint" required></textarea>
        <p class="hint" id="words-hint">${t.drill.device}</p>
      </div>
      ${failure(this.#drill.error ?? (view?.error?.type === 'aborted' ? undefined : view?.error))}
      <div class="row"><button aria-disabled=${this.#drill.busy}>${t.drill.go}</button></div>
    </form>`
  }

  async #start(event: Event): Promise<void> {
    event.preventDefault()
    const words = this.renderRoot.querySelector('textarea')?.value ?? ''
    const started = await this.#drill.run({ words })
    if (!started) return
    newest = started.job
    this.job = newest
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-drill': Drill
  }
}
