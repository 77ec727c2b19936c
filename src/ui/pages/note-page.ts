/** One note: a title and a text, saved as one types. */
import { css, html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { NoteDocument } from '../controllers/note-document.ts'
import { Request } from '../controllers/request.ts'
import { diffTexts, moveCaret } from '../controllers/text-diff.ts'
import '../elements/blank.ts'
import { confirmed } from '../elements/confirm.ts'
import { failure } from '../elements/failure.ts'
import { icon } from '../elements/icon.ts'
import { nameWindow, pageHead } from '../elements/page-head.ts'
import type { TakeOverEvent } from '../elements/share.ts'
import '../elements/share.ts'
import '../elements/skeleton.ts'
import { say } from '../elements/toast.ts'
import { t } from '../messages/index.ts'
import { navigate } from '../shell/router.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { page } from '../styles/page.ts'

const parts = ['title', 'body'] as const
const words = { saved: t.notes.saved, saving: t.notes.saving, failed: t.notes.notSaved } as const

@customElement('kith-note-page')
export class NotePage extends LitElement {
  /** Id of the note. */
  @property() note = ''

  readonly #document = new NoteDocument(this, () => this.note)
  readonly #delete = new Request(this, 'delete-note')

  static override styles = [
    base,
    controls,
    page,
    css`
      .sheet {
        display: grid;
        gap: 4px;
        padding: 8px 16px 16px;
      }
      .sheet input,
      .sheet textarea {
        padding-inline: 0;
        border-color: transparent;
        border-radius: 0;
        background: none;
      }
      .sheet :focus {
        outline: none;
      }
      .sheet:focus-within {
        outline: 2px solid var(--accent);
        outline-offset: -1px;
      }
      .sheet input {
        font: 600 var(--text-4) / 1.3 var(--head-font);
        border-bottom-color: var(--line);
      }
      .sheet textarea {
        min-height: 55vh;
        resize: none;
      }
      .row {
        justify-content: space-between;
      }
      .row .danger {
        margin-right: -12px;
      }
      .state {
        color: var(--muted);
        font-size: var(--text-2);
      }
    `,
  ]

  override render() {
    return html`${pageHead(html`<span class="off-screen">${t.notes.body}</span>`, { href: '/notes', name: t.notes.all })}
    ${this.#document.query.render({
      waiting: () => html`<kith-skeleton count="1"></kith-skeleton>`,
      value: (value) =>
        value ? this.#sheet() : html`<kith-blank heading=${t.notes.goneTitle} text=${t.notes.goneText}></kith-blank>`,
      failed: failure,
    })}`
  }

  #sheet() {
    nameWindow(this.#document.read('title') || t.notes.untitled)
    return html`<div class="row">
        <span class="state" role="status">${words[this.#document.state]}</span>
        <button class="quiet danger" @click=${this.#remove}>${icon('trash-2')}${t.notes.remove}</button>
      </div>
      ${failure(this.#document.error ?? this.#delete.error)}
      <div class="sheet card">
        <label class="off-screen" for="title">${t.notes.title}</label>
        <input id="title" type="text" dir="auto" autocomplete="off" placeholder=${t.notes.title} @input=${this.#typed} />
        <label class="off-screen" for="body">${t.notes.body}</label>
        <textarea id="body" dir="auto" placeholder=${t.notes.body} @input=${this.#typed}></textarea>
      </div>
      <kith-share .note=${this.note} @kith-take-over=${this.#takeOver}></kith-share>`
  }

  /** Changes made elsewhere go into the fields without moving the caret. */
  override updated(): void {
    for (const part of parts) {
      const field = this.renderRoot.querySelector<HTMLInputElement | HTMLTextAreaElement>(`#${part}`)
      const value = this.#document.read(part)
      const change = field && diffTexts(field.value, value)
      if (!change) continue
      const [start, end] = [field.selectionStart ?? 0, field.selectionEnd ?? 0]
      field.value = value
      // Setting a selection would give the field the focus in some engines.
      if (this.shadowRoot?.activeElement === field)
        field.setSelectionRange(moveCaret(start, change), moveCaret(end, change))
    }
  }

  #typed(event: Event): void {
    const field = event.target as HTMLInputElement | HTMLTextAreaElement
    this.#document.write(field.id as 'title' | 'body', field.value)
  }

  #takeOver({ shown }: TakeOverEvent): void {
    this.#document.write('title', shown.title)
    this.#document.write('body', shown.text)
  }

  async #remove(): Promise<void> {
    const agreed = await confirmed({ title: t.notes.removeTitle, text: t.notes.removeText, action: t.notes.remove })
    if (!agreed) return
    const removed = await this.#delete.run({ note: this.note })
    if (!removed) return
    say(t.notes.removed)
    navigate('/notes')
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-note-page': NotePage
  }
}
