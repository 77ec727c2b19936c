/** A long piece of work: how far it is, what came of it, what was left out and why. */
import { css, html, LitElement } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { LiveQuery } from '../controllers/live-query.ts'
import '../elements/blank.ts'
import { drillOutcome } from '../elements/drill-outcome.ts'
import { failure } from '../elements/failure.ts'
import { icon } from '../elements/icon.ts'
import { pageHead } from '../elements/page-head.ts'
import '../elements/skeleton.ts'
import type { JobView } from '../../rpc/views.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { page } from '../styles/page.ts'

const back = { href: '/you', name: t.you.heading }
const fileName = (): string => `kith-${new Date().toISOString().slice(0, 10)}.car`

@customElement('kith-job-page')
export class JobPage extends LitElement {
  /** Id of the work. */
  @property() job = ''
  /** Address of the exported file while it is on the screen. */
  @state() private url = ''
  #wasRunning = false

  readonly #work = new LiveQuery(
    this,
    'job',
    () => ({ job: this.job }),
    (job) => this.#receive(job),
  )

  /** Asked once somebody was restored. */
  readonly #devices = new LiveQuery(this, 'devices', () => {
    const { kind, state } = this.#work.value ?? {}
    return kind === 'restore' && state === 'done' ? {} : undefined
  })

  static override styles = [
    base,
    controls,
    page,
    css`
      .skipped li {
        padding: 8px 0;
        font-size: var(--text-2);
      }
    `,
  ]

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    if (this.url) URL.revokeObjectURL(this.url)
    this.url = ''
  }

  override render() {
    return this.#work.render({
      waiting: () => html`${pageHead('…', back)}<kith-skeleton count="1"></kith-skeleton>`,
      value: (job) => (job ? this.#whole(job) : this.#gone()),
      failed: (error) => html`${pageHead(t.job.goneTitle, back)}${failure(error)}`,
    })
  }

  #gone() {
    return html`${pageHead(t.you.heading, back)}<kith-blank heading=${t.job.goneTitle} text=${t.job.goneText}></kith-blank>`
  }

  #whole(job: JobView) {
    const heading = this.#heading(job)
    // The failure is a card itself.
    if (job.error && !job.added) return html`${pageHead(heading, back)}${failure(job.error)}`
    return html`${pageHead(heading, back)}
      <section class="card">
        ${job.state === 'running' ? this.#progress(job) : this.#result(job)} ${failure(job.error)} ${this.#skipped(job)}
      </section>
      ${{ running: html`<p class="muted small">${t.job.leave}</p>`, done: this.#next(job), failed: '' }[job.state]}`
  }

  #heading({ kind, state, skipped, step }: JobView): string {
    if (state === 'done' && skipped['not-here']) return t.job.doneInPart
    // Words alone never tell that nothing else is missing.
    if (kind === 'restore' && state === 'done' && step) return t.job.doneByWords
    return { running: t.job.heading, done: t.job.done, failed: t.job.failed }[state][kind]
  }

  /** What is counted differs (bytes of a file, items of a person), so a share is shown and what came of it. */
  #progress({ done, total, added, step, name }: JobView) {
    const facts = step
      ? [t.job.found(name ?? ''), t.job.fetching(done, total)]
      : [t.job.progress(done, total), added ? t.job.added(added) : ''].filter(Boolean)
    return html`<progress aria-label=${t.common.loading} max=${total || 1} .value=${total ? done : 0}></progress>
      <p aria-live="off">${facts.join(' · ')}</p>`
  }

  #result({ kind, added, total, drill, step }: JobView) {
    if (drill) return drillOutcome(drill)
    if (kind === 'export') return html`<p>${t.items(total)}</p>`
    const nothing = kind === 'restore' && step ? t.job.nothingLeft : t.job.nothing
    return html`<p role="status"><strong>${added ? t.job.added(added) : nothing}</strong></p>`
  }

  #skipped({ skipped }: JobView) {
    const reasons = Object.entries(skipped).filter(([, count]) => count > 0)
    if (!reasons.length) return ''
    return html`<div>
      <h3>${t.job.skipped(reasons.reduce((sum, [, count]) => sum + count, 0))}</h3>
      <ul class="skipped lines">${reasons.map(([reason, count]) => html`<li>${t.job.reason(reason, count)}</li>`)}</ul>
    </div>`
  }

  #next({ kind, step }: JobView) {
    if (kind === 'export') {
      return html`<div class="row">
          <a class="button primary" href=${this.url} download=${fileName()}>${icon('download')}${t.job.save}</a>
        </div>
        <p class="muted small">${t.job.saveText}</p>`
    }
    if (kind === 'restore') {
      return html`${step ? html`<p class="muted">${t.job.byWords}</p>` : ''}
        <div class="row"><a class="button primary" href="/">${t.job.home}</a></div>
        ${this.#oldDevices()}`
    }
    if (kind === 'drill')
      return html`<div class="row"><a class="button" href="/you/storage">${t.storage.heading}</a></div>`
    return html`<div class="row"><a class="button primary" href="/">${t.job.see}</a></div>`
  }

  #oldDevices() {
    if (!this.#devices.value?.some(({ here, removed }) => !here && removed === undefined)) return ''
    return html`<section class="card">
      <h2>${t.job.oldDevices}</h2>
      <p>${t.job.oldDevicesText}</p>
      <div class="row"><a class="button" href="/you/devices">${t.job.oldDevicesGo}</a></div>
    </section>`
  }

  /** Saves the exported file once, if the work ended before the person's eyes. */
  #receive(job: JobView | undefined): void {
    if (job?.state === 'running') this.#wasRunning = true
    if (job?.state !== 'done' || !job.file || this.url) return
    this.url = URL.createObjectURL(job.file)
    if (this.#wasRunning) void this.#save()
  }

  async #save(): Promise<void> {
    await this.updateComplete
    this.renderRoot.querySelector<HTMLAnchorElement>('a[download]')?.click()
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-job-page': JobPage
  }
}
