/** The twelve words: shown once the person is ready, then three of them asked back, then forgotten by this device. */
import { css, html, LitElement, type PropertyValues } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { Request } from '../controllers/request.ts'
import '../elements/blank.ts'
import { failure } from '../elements/failure.ts'
import { FocusPageEvent, focused } from '../elements/focus.ts'
import { pageHead } from '../elements/page-head.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { page } from '../styles/page.ts'

type Step = 'closed' | 'shown' | 'asked' | 'done' | 'gone'
/** Words asked back. */
const ASKED = 3

/** `count` different positions below `length`, in order. */
const pickPositions = (length: number, count: number): readonly number[] => {
  const left = Array.from({ length }, (_, i) => i)
  const random = crypto.getRandomValues(new Uint32Array(count))
  const picked = [...random].map((n) => left.splice(n % left.length, 1)[0] as number)
  return picked.sort((a, b) => a - b)
}

@customElement('kith-words-page')
export class WordsPage extends LitElement {
  @state() private step: Step = 'closed'
  @state() private wrong = false
  #words: readonly string[] = []
  #asked: readonly number[] = []
  readonly #fetch = new Request(this, 'recovery-words')
  readonly #confirm = new Request(this, 'confirm-words')

  static override styles = [
    base,
    controls,
    page,
    css`
      ol {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 8.5rem), 1fr));
        gap: 8px;
        counter-reset: word;
      }
      ol li {
        display: flex;
        gap: 10px;
        padding: 10px 12px;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--card);
        font-weight: 600;
        counter-increment: word;
        user-select: all;
      }
      ol li::before {
        content: counter(word);
        min-width: 1.4em;
        color: var(--muted);
        font-weight: 400;
        text-align: right;
      }
    `,
  ]

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#words = []
    this.step = 'closed'
  }

  /** Each step takes the button away that led to it. */
  override updated(changed: PropertyValues): void {
    if (changed.has('step') && !focused()) this.dispatchEvent(new FocusPageEvent())
  }

  override render() {
    const steps = { closed: this.#closed, shown: this.#shown, asked: this.#ask, done: this.#done, gone: this.#gone }
    return html`${pageHead(t.words.heading, { href: '/you', name: t.you.heading })}
    ${steps[this.step].call(this)} ${failure(this.#fetch.error ?? this.#confirm.error)}`
  }

  #closed() {
    return html`<p>${t.words.lead}</p>
      <p class="muted small">${t.words.shoulder}</p>
      <div><button class="primary" aria-disabled=${this.#fetch.busy} @click=${this.#show}>${t.words.show}</button></div>`
  }

  #shown() {
    return html`<ol aria-label=${t.words.list} translate="no">${this.#words.map((word) => html`<li>${word}</li>`)}</ol>
      <div><button class="primary" @click=${this.#startAsking}>${t.words.written}</button></div>`
  }

  #ask() {
    return html`<form class="card stack" @submit=${this.#check}>
      <h2>${t.words.checkTitle}</h2>
      ${this.#asked.map(
        (position) => html`<div class="field">
          <label for="word-${position}">${t.words.word(position + 1)}</label>
          <input id="word-${position}" type="text" autocomplete="off" autocapitalize="none" spellcheck="false" />
        </div>`,
      )}
      ${this.wrong ? html`<p role="alert">${t.words.wrong}</p>` : ''}
      <div class="row">
        <button class="primary" aria-disabled=${this.#confirm.busy}>${t.words.check}</button>
        <button type="button" class="quiet" @click=${this.#again}>${t.words.again}</button>
      </div>
    </form>`
  }

  #done() {
    return html`<kith-blank heading=${t.words.doneTitle} text=${t.words.doneText}>
      <a class="button" href="/you">${t.app.backTo(t.you.heading)}</a>
    </kith-blank>`
  }

  #gone() {
    return html`<kith-blank heading=${t.words.doneTitle} text=${t.words.goneText}></kith-blank>`
  }

  async #show(): Promise<void> {
    const answer = await this.#fetch.run({})
    if (!answer) return
    this.#words = 'words' in answer ? answer.words : []
    this.step = 'words' in answer ? 'shown' : 'gone'
  }

  #startAsking(): void {
    this.#asked = pickPositions(this.#words.length, ASKED)
    this.wrong = false
    this.step = 'asked'
  }

  #again(): void {
    this.step = 'shown'
  }

  async #check(event: Event): Promise<void> {
    event.preventDefault()
    const answerAt = (position: number): string =>
      this.renderRoot.querySelector<HTMLInputElement>(`#word-${position}`)?.value.trim().toLowerCase() ?? ''
    const answers = Object.fromEntries(this.#asked.map((position) => [position, answerAt(position)]))
    const result = await this.#confirm.run({ answers })
    if (!result) return
    this.wrong = !result.correct
    if (!result.correct) return
    this.#words = []
    this.step = 'done'
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-words-page': WordsPage
  }
}
