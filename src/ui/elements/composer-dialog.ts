/** A composer that floats over the page, for a reply from anywhere. */
import { css, html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { PostView } from '../../rpc/views.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import './composer.ts'
import { icon } from './icon.ts'
import { displayName } from './person-line.ts'

@customElement('kith-composer-dialog')
export class ComposerDialog extends LitElement {
  /** The post that is answered. */
  @property({ attribute: false }) reply?: PostView

  static override styles = [
    base,
    controls,
    css`
      dialog {
        padding: 12px;
      }
      header {
        display: flex;
        justify-content: space-between;
        align-items: start;
        gap: 8px;
        padding: 4px 4px 12px 8px;
      }
      blockquote {
        margin: 0;
        padding-left: 10px;
        border-left: 3px solid var(--line);
        color: var(--muted);
        font-size: var(--text-2);
        max-height: 6lh;
        overflow: hidden;
      }
      .close {
        min-width: 44px;
        padding: 8px;
      }
    `,
  ]

  override render() {
    const { reply } = this
    if (!reply) return ''
    return html`<dialog aria-label=${t.write.replyTo(displayName(reply.author))} @close=${this.remove}>
      <header>
        <blockquote class="wrap">${reply.text}</blockquote>
        <button class="quiet close" aria-label=${t.common.close} @click=${this.#close}>${icon('x')}</button>
      </header>
      <kith-composer plain .reply=${reply} @kith-posted=${this.#close}></kith-composer>
    </dialog>`
  }

  override async firstUpdated(): Promise<void> {
    this.renderRoot.querySelector('dialog')?.showModal()
    const composer = this.renderRoot.querySelector('kith-composer')
    await composer?.updateComplete
    composer?.focus()
  }

  #close(): void {
    this.renderRoot.querySelector('dialog')?.close()
  }
}

/** Opens a composer for a reply. */
export const openReply = (post: PostView): void => {
  const dialog = document.createElement('kith-composer-dialog')
  dialog.reply = post
  document.body.append(dialog)
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-composer-dialog': ComposerDialog
  }
}
