/** What is kept in this browser, for oneself and for others, and how safe it is. */
import { html, LitElement } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { LiveQuery } from '../controllers/live-query.ts'
import { askToPersist, canAskToPersist } from '../controllers/persistence.ts'
import { alarm } from '../elements/alarm.ts'
import '../elements/asking.ts'
import '../elements/drill.ts'
import '../elements/economy.ts'
import { failure } from '../elements/failure.ts'
import '../elements/keepers.ts'
import { pageHead } from '../elements/page-head.ts'
import { displayName } from '../elements/person-line.ts'
import '../elements/foreign-storage.ts'
import '../elements/safety.ts'
import '../elements/skeleton.ts'
import type { StorageView } from '../../rpc/views.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { page } from '../styles/page.ts'

/** A count and the words for it. */
type Counted = readonly [words: (count: number) => string, count: number]

@customElement('kith-storage-page')
export class StoragePage extends LitElement {
  /** The browser's answer, once it was asked. */
  @state() private promised: boolean | undefined
  readonly #storage = new LiveQuery(this, 'storage', () => ({}))
  readonly #session = new LiveQuery(this, 'session', () => ({}))
  readonly #safety = new LiveQuery(this, 'safety', () => ({}))
  readonly #keepers = new LiveQuery(this, 'keepers', () => ({}))

  static override styles = [base, controls, page]

  override render() {
    return html`${pageHead(t.storage.heading, { href: '/you', name: t.you.heading })}
    ${this.#storage.render({
      waiting: () => html`<kith-skeleton count="2"></kith-skeleton>`,
      value: (storage) => this.#whole(storage),
      failed: failure,
    })}`
  }

  #whole(view: StorageView) {
    const session = this.#session.value
    const wordsKept = session?.state === 'ready' && session.wordsKept
    return html`${view.full ? alarm(t.storage.fullTitle, [t.storage.fullText, t.storage.fullTodo]) : ''}
      <section class="card">
        <p>${t.storage.used(view.used, view.quota)}</p>
        ${
          view.quota
            ? html`<progress aria-label=${t.storage.heading} max=${view.quota} .value=${view.used}></progress>`
            : ''
        }
        ${this.#persistence(view.persisted || this.promised === true)}
      </section>
      ${this.#wipe(wordsKept)}
      <kith-safety .wordsKept=${wordsKept}></kith-safety>
      <kith-drill></kith-drill>
      <kith-economy></kith-economy>
      <kith-keepers></kith-keepers>
      <kith-asking></kith-asking>
      ${this.#share(t.storage.yours, view.own.bytes, [
        [t.storage.entries, view.own.entries],
        [t.storage.files, view.own.files],
        [t.storage.notes, view.own.notes],
      ])}
      ${this.#share(t.storage.others, view.others.bytes, [
        [t.storage.from, view.others.people],
        [t.storage.entries, view.others.entries],
        [t.storage.files, view.others.files],
      ])}
      <kith-foreign-storage></kith-foreign-storage>`
  }

  /** What is said of a wipe before it is known who has what; without words nothing else matters. */
  #wipe(wordsKept: boolean) {
    if (wordsKept && this.#safety.value) return ''
    return html`<section class="card">
      <h2>${t.storage.wipe}</h2>
      <p>${wordsKept ? this.#afterWipe() : t.storage.wipeNoWords}</p>
      ${wordsKept ? html`<a href="/you">${t.you.export}</a>` : html`<a href="/you/words">${t.words.heading}</a>`}
    </section>`
  }

  #afterWipe(): string {
    const whole = this.#keepers.value?.mine.filter(({ has }) => has === 'all') ?? []
    if (whole.length === 0) return t.storage.wipeWords
    return t.storage.wipeKeepers(whole.map(({ person }) => displayName(person)).join(', '))
  }

  #persistence(persisted: boolean) {
    if (persisted) return html`<p class="muted small">${t.storage.persisted}</p>`
    return html`<p class="muted small">${this.promised === false ? t.storage.refused : t.storage.notPersisted}</p>
      ${canAskToPersist() ? html`<div><button @click=${this.#ask}>${t.storage.persist}</button></div>` : ''}`
  }

  #share(heading: string, bytes: number, counts: readonly Counted[]) {
    const facts = counts.filter(([, count]) => count > 0).map(([words, count]) => words(count))
    return html`<section class="card">
      <h2>${heading}</h2>
      ${
        facts.length
          ? html`<p><strong>${t.size(bytes)}</strong></p>
              <p class="muted small">${facts.join(' · ')}</p>`
          : html`<p class="muted">${t.storage.nothing}</p>`
      }
    </section>`
  }

  async #ask(): Promise<void> {
    this.promised = await askToPersist()
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-storage-page': StoragePage
  }
}
