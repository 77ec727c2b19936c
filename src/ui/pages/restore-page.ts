/**
 * Coming back with the twelve words: they alone find whoever keeps the person's things, and where only the keys of this
 * browser were lost they are enough anyway. An exported file brings what nobody else has.
 */
import { html, LitElement } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import type { JobView } from '../../rpc/views.ts'
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

const split = (text: string): string[] =>
  text
    .trim()
    .split(/[\s,]+/)
    .filter(Boolean)

/** People type addresses without what they begin with; only this machine is reached without encryption. */
const toHost = (typed: string): string => (typed.includes('://') ? typed : `https://${typed}`)

@customElement('kith-restore-page')
export class RestorePage extends LitElement {
  /** What has still to be filled in, in words. */
  @state() private missing = ''
  /** Id of the search by words alone; what is typed stays until it has found somebody. */
  @state() private job = ''
  readonly #restore = new Request(this, 'restore')
  readonly #session = new LiveQuery(this, 'session', () => ({}))
  readonly #search = new LiveQuery(
    this,
    'job',
    () => (this.job ? { job: this.job } : undefined),
    (job) => this.#receive(job),
  )

  static override styles = [base, controls, page]

  override render() {
    const { error } = this.#restore
    const lost = this.#session.value?.state === 'keys-lost'
    return html`${pageHead(t.restore.heading, { href: '/', name: t.app.first })}
      <p class="lead">${lost ? t.restore.leadKeys : t.restore.lead}</p>
      <form class="card stack" @submit=${this.#start}>
        <div class="field">
          <label for="words">${t.restore.words}</label>
          <textarea id="words" rows="3" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="words-hint" required></textarea>
          <p class="hint" id="words-hint">${t.restore.wordsHint}</p>
        </div>
        ${lost ? '' : this.#hosts()}
        <div class="field">
          <label for="file">${t.restore.file}</label>
          <input id="file" type="file" accept=".car,application/vnd.ipld.car" aria-describedby="file-hint" />
          <p class="hint" id="file-hint">${t.restore.fileHint}</p>
        </div>
        ${this.missing ? html`<p role="alert">${this.missing}</p>` : failure(error ?? this.#search.value?.error)}
        <p role="status">${this.#progress()}</p>
        <button class="primary" aria-disabled=${this.#isBusy}>${t.restore.go}</button>
      </form>
      ${lost ? '' : html`<p class="muted small">${t.restore.whoKeeps}</p>`}`
  }

  #hosts() {
    return html`<div class="field">
      <label for="hosts">${t.restore.hosts}</label>
      <input id="hosts" type="text" inputmode="url" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="hosts-hint" />
      <p class="hint" id="hosts-hint">${t.restore.hostsHint}</p>
    </div>`
  }

  #progress(): string {
    const search = this.#search.value
    if (search?.state !== 'running') return ''
    return search.step === 'found' ? t.restore.found(search.name ?? '') : t.restore.asking
  }

  get #isBusy(): boolean {
    return this.#restore.busy || this.#search.value?.state === 'running'
  }

  /** From where the person is signed in, the page of the work shows how it goes on. */
  #receive(job: JobView | undefined): void {
    if (job?.state === 'done' || job?.step === 'fetching') navigate(`/you/jobs/${this.job}`)
  }

  #valueOf(id: string): string {
    return this.renderRoot.querySelector<HTMLInputElement | HTMLTextAreaElement>(`#${id}`)?.value ?? ''
  }

  async #start(event: Event): Promise<void> {
    event.preventDefault()
    if (this.#isBusy) return
    const words = this.#valueOf('words')
    const count = split(words).length
    this.missing = count === WORDS ? '' : t.restore.notTwelve(count)
    if (this.missing) return
    const archive = this.renderRoot.querySelector<HTMLInputElement>('#file')?.files?.[0]
    const hosts = split(this.#valueOf('hosts')).map(toHost)
    const asked = hosts.length > 0 && !archive ? { hosts } : {}
    const started = await this.#restore.run({ words, ...asked, ...(archive ? { archive } : {}) })
    if (!started) return
    if (archive || this.#session.value?.state === 'keys-lost') navigate(`/you/jobs/${started.job}`)
    else this.job = started.job
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-restore-page': RestorePage
  }
}
