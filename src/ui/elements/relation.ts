/** What one is to a person, and the buttons that change it. */
import { css, html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { PersonView } from '../../rpc/views.ts'
import { Request } from '../controllers/request.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { failure } from './failure.ts'
import { focused } from './focus.ts'
import { icon } from './icon.ts'
import { displayName, personPath } from './person-line.ts'
import { placeOnToggle } from './popover-place.ts'
import { say } from './toast.ts'

/** The address bar may hold the whole link, with hosts: better than the bare id, if it is this person's. */
const bestLink = (id: string): string => (location.pathname === personPath(id) && location.search ? location.href : id)

@customElement('kith-relation')
export class Relation extends LitElement {
  @property({ attribute: false }) person?: PersonView

  readonly #follow = new Request(this, 'follow')
  readonly #unfollow = new Request(this, 'unfollow')
  readonly #block = new Request(this, 'block')
  readonly #unblock = new Request(this, 'unblock')

  #shown: PersonView['relation'] | undefined
  #pressed = false

  constructor() {
    super()
    this.addEventListener('click', () => {
      this.#pressed = true
    })
  }

  static override styles = [
    base,
    controls,
    css`
      .row {
        gap: 2px;
      }
      button {
        padding-inline: 12px;
      }
      button.quiet {
        gap: 6px;
        padding-inline: 8px;
      }
      [popover] {
        padding: 14px 16px;
        font-size: var(--text-2);
      }
    `,
  ]

  override updated(): void {
    const relation = this.person?.relation
    const isNew = relation !== this.#shown
    this.#shown = relation
    // The button that was pressed is gone, and the focus with it.
    if (!isNew || !this.#pressed) return
    this.#pressed = false
    if (!focused()) this.renderRoot.querySelector<HTMLElement>('button')?.focus()
  }

  override render() {
    if (!this.person) return ''
    return html`${this.#buttons(this.person)}
    ${failure(this.#follow.error ?? this.#unfollow.error ?? this.#block.error ?? this.#unblock.error)}`
  }

  #buttons(person: PersonView) {
    const id = person.id
    const block = html`<button class="quiet danger" @click=${() => this.#blockNow(person)}>${icon('ban')}${t.person.block}</button>`
    switch (person.relation) {
      case 'me':
        return html`<div class="row"><span class="muted">${t.person.you}</span> <a class="button" href="/you">${t.person.edit}</a></div>`
      case 'following':
        return html`<div class="row">
          <button aria-pressed="true" popovertarget="about">${icon('check')}${t.person.following}</button>
          <div id="about" popover @toggle=${placeOnToggle}>${t.person.followingText}</div>
          <button class="quiet" @click=${() => this.#unfollow.run({ person: id })}>${t.person.unfollow}</button>
          ${block}
        </div>`
      case 'blocked':
        return html`<p><strong>${t.person.blockedTitle(displayName(person))}</strong></p>
          <p class="muted small">${t.person.blockedText}</p>
          <button @click=${() => this.#unblock.run({ person: id })}>${t.person.unblock}</button>`
      case 'none':
        return html`<div class="row">
          <button class="primary" aria-disabled=${this.#follow.busy} @click=${() => this.#follow.run({ link: bestLink(id) })}>
            ${icon('user-plus')}${t.person.follow}
          </button>
          ${block}
        </div>`
    }
  }

  async #blockNow(person: PersonView): Promise<void> {
    await this.#block.run({ person: person.id })
    if (!this.#block.error) say(t.person.blockedNow(displayName(person)))
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-relation': Relation
  }
}
