/** Coming back: the twelve words and the exported file; the words alone where only the keys were lost. */
import { html, LitElement } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { LiveQuery } from '../controllers/live-query.ts'
import { Request } from '../controllers/request.ts'
import { failure } from '../elements/failure.ts'
import { pageHead } from '../elements/page-head.ts'
import { t } from '../messages/index.ts'
import { navigate } from '../shell/router.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { page } from '../styles/page.ts'

/** Words of a recovery phrase. */
const WORDS = 12

/** What has still to be filled in, in words; empty when all is there. */
const missingIn = (words: string, hasFile: boolean): string => {
  const count = words.trim().split(/\s+/).filter(Boolean).length
  if (count !== WORDS) return t.restore.notTwelve(count)
  return hasFile ? '' : t.restore.noFile
}

@customElement('kith-restore-page')
export class RestorePage extends LitElement {
  @state() private missing = ''
  readonly #restore = new Request(this, 'restore')
  readonly #session = new LiveQuery(this, 'session', () => ({}))

  static override styles = [base, controls, page]

  override render() {
    const { busy, error } = this.#restore
    const lost = this.#keysLost
    return html`${pageHead(t.restore.heading, { href: '/', name: t.app.first })}
      <p class="lead">${lost ? t.restore.leadKeys : t.restore.lead}</p>
      <form class="card stack" @submit=${this.#start}>
        <div class="field">
          <label for="words">${t.restore.words}</label>
          <textarea id="words" rows="3" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="words-hint" required></textarea>
          <p class="hint" id="words-hint">${t.restore.wordsHint}</p>
        </div>
        <div class="field">
          <label for="file">${lost ? t.restore.fileOptional : t.restore.file}</label>
          <input id="file" type="file" accept=".car,application/vnd.ipld.car" aria-describedby="file-hint" />
          <p class="hint" id="file-hint">${t.restore.fileHint}</p>
        </div>
        ${this.missing ? html`<p role="alert">${this.missing}</p>` : failure(error)}
        <button class="primary" aria-disabled=${busy}>${t.restore.go}</button>
      </form>
      ${lost ? '' : html`<p class="muted small">${t.restore.noFileYet}</p>`}`
  }

  get #keysLost(): boolean {
    return this.#session.value?.state === 'keys-lost'
  }

  async #start(event: Event): Promise<void> {
    event.preventDefault()
    const words = this.renderRoot.querySelector<HTMLTextAreaElement>('#words')?.value ?? ''
    const archive = this.renderRoot.querySelector<HTMLInputElement>('#file')?.files?.[0]
    this.missing = missingIn(words, archive !== undefined || this.#keysLost)
    if (this.missing) return
    const started = await this.#restore.run({ words, ...(archive ? { archive } : {}) })
    if (started) navigate(`/you/jobs/${started.job}`)
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-restore-page': RestorePage
  }
}
