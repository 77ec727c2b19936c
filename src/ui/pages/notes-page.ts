/** Private notes, last changed first. */
import { css, html, LitElement } from 'lit'
import { customElement } from 'lit/decorators.js'
import { LiveQuery } from '../controllers/live-query.ts'
import { Request } from '../controllers/request.ts'
import '../elements/blank.ts'
import '../elements/copies.ts'
import { failure } from '../elements/failure.ts'
import { icon } from '../elements/icon.ts'
import { pageHead } from '../elements/page-head.ts'
import '../elements/skeleton.ts'
import '../elements/time.ts'
import type { NoteSummary } from '../../rpc/views.ts'
import { t } from '../messages/index.ts'
import { navigate } from '../shell/router.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { page } from '../styles/page.ts'

@customElement('kith-notes-page')
export class NotesPage extends LitElement {
  readonly #notes = new LiveQuery(this, 'notes', () => ({}))
  readonly #create = new Request(this, 'create-note')

  static override styles = [
    base,
    controls,
    page,
    css`
      ul {
        display: grid;
        gap: 12px;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr));
      }
      li.card {
        display: grid;
        grid-template-rows: 1fr auto;
        padding: 0;
      }
      a {
        padding: 16px 16px 4px;
        color: var(--ink);
        text-decoration: none;
      }
      a:hover h2 {
        text-decoration: underline;
      }
      h2 {
        font-size: var(--text-3);
      }
      .excerpt {
        display: -webkit-box;
        -webkit-line-clamp: 4;
        -webkit-box-orient: vertical;
        overflow: hidden;
        white-space: pre-wrap;
        margin-top: 4px;
      }
      footer {
        display: flex;
        justify-content: space-between;
        align-items: center;
        padding: 0 4px 4px 16px;
      }
    `,
  ]

  override render() {
    return html`${pageHead(t.notes.heading)}
      <p class="lead">${t.notes.lead}</p>
      <div><button class="primary" aria-disabled=${this.#create.busy} @click=${this.#start}>${icon('plus')}${t.notes.create}</button></div>
      ${failure(this.#create.error)}
      ${this.#notes.render({
        waiting: () => html`<kith-skeleton></kith-skeleton>`,
        value: (notes) => this.#list(notes),
        failed: failure,
      })}`
  }

  #list(notes: readonly NoteSummary[]) {
    if (!notes.length) return html`<kith-blank heading=${t.notes.emptyTitle} text=${t.notes.emptyText}></kith-blank>`
    return html`<ul>
      ${notes.map(
        (note) => html`<li class="card">
          <a href="/notes/${note.id}">
            <h2 class="wrap" dir="auto">${note.title || t.notes.untitled}</h2>
            <p class="excerpt muted small wrap" dir="auto">${note.excerpt}</p>
          </a>
          <footer><span class="muted tiny"><kith-time .at=${note.changed}></kith-time></span><kith-copies .copies=${note.copies} .of=${{ note: note.id }}></kith-copies></footer>
        </li>`,
      )}
    </ul>`
  }

  async #start(): Promise<void> {
    const created = await this.#create.run({})
    if (created) navigate(`/notes/${created.note}`)
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-notes-page': NotesPage
  }
}
