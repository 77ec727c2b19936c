/** "More" of a post: copy its link, delete it. */
import { css, html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { PostView } from '../../rpc/views.ts'
import { Request } from '../controllers/request.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { confirmed } from './confirm.ts'
import { FocusPageEvent } from './focus.ts'
import { icon } from './icon.ts'
import { placeOnToggle } from './popover-place.ts'
import { say } from './toast.ts'

/** Copies an address and says how it went. */
export const copyLink = async (url: string): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(url)
    say(t.common.copied)
    return true
  } catch {
    say(t.common.copyFailed)
    return false
  }
}

@customElement('kith-post-menu')
export class PostMenu extends LitElement {
  @property({ attribute: false }) post?: PostView

  readonly #delete = new Request(this, 'delete-entry')

  static override styles = [
    base,
    controls,
    css`
      .more {
        min-width: 44px;
        padding-inline: 10px;
      }
      [popover] button {
        display: flex;
        width: 100%;
        justify-content: flex-start;
      }
    `,
  ]

  override render() {
    return html`<button class="quiet more" popovertarget="menu" aria-label=${t.post.more}>${icon('ellipsis')}</button>
      <div id="menu" popover @toggle=${placeOnToggle}>
        <button class="quiet" @click=${this.#copy}>${icon('link')}${t.post.copyLink}</button>
        ${
          this.post?.mine
            ? html`<button class="quiet danger" @click=${this.#ask}>${icon('trash-2')}${t.post.delete}</button>`
            : ''
        }
      </div>`
  }

  #close(): void {
    this.renderRoot.querySelector<HTMLElement>('#menu')?.hidePopover()
    this.renderRoot.querySelector<HTMLElement>('.more')?.focus()
  }

  #copy(): void {
    this.#close()
    if (this.post) void copyLink(new URL(`/post/${this.post.id}`, location.href).href)
  }

  async #ask(): Promise<void> {
    this.#close()
    const { post } = this
    const question = { title: t.post.deleteTitle, text: t.post.deleteText, action: t.post.delete }
    if (!post || !(await confirmed(question))) return
    await this.#delete.run({ entry: post.id })
    if (!this.#delete.error) this.dispatchEvent(new FocusPageEvent())
    say(this.#delete.error ? t.errorWords(this.#delete.error).what : t.post.deleted)
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-post-menu': PostMenu
  }
}
