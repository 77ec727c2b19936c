/** One picture of a post. Its room is reserved from the first moment. */
import { css, html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { PictureView } from '../../rpc/views.ts'
import { PictureTask } from '../controllers/picture-task.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'

/** Wider or taller than this, the picture is cropped in a feed. */
const TALLEST = 1.25

@customElement('kith-picture')
export class Picture extends LitElement {
  /** What to show. */
  @property({ attribute: false }) picture?: PictureView

  readonly #picture = new PictureTask(this, () => this.picture?.file)

  static override styles = [
    base,
    css`
      :host {
        overflow: hidden;
        border-radius: var(--radius);
        border: 1px solid var(--line);
        background: var(--sunk);
      }
      img,
      .empty {
        display: block;
        width: 100%;
        height: auto;
        max-height: 70vh;
        object-fit: cover;
      }
      svg.room {
        display: block;
        width: 100%;
        max-height: 70vh;
      }
      .empty {
        position: relative;
      }
      .empty span {
        position: absolute;
        inset: 0;
        display: grid;
        place-items: center;
        padding: 16px;
        text-align: center;
        color: var(--muted);
        font-size: var(--text-2);
      }
    `,
  ]

  override render() {
    const { picture } = this
    if (!picture) return ''
    const width = picture.width || 4
    const height = Math.min(picture.height || 3, width * TALLEST)
    const url = this.#picture.url
    if (url) return html`<img src=${url} alt=${picture.alt} width=${width} height=${height} decoding="async" />`
    // An empty drawing of the right shape keeps the room without a style attribute.
    return html`<div class="empty" role="img" aria-label=${picture.alt || t.post.noPicture}>
      <svg class="room" viewBox="0 0 ${width} ${height}" aria-hidden="true"></svg>
      <span aria-hidden="true">${t.post.noPicture}</span>
    </div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-picture': Picture
  }
}
