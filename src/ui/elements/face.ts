/** A person's face: the pattern of their key, or their picture once it is there. */
import { css, html, LitElement, svg } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { PersonCard } from '../../rpc/views.ts'
import { PictureTask } from '../controllers/picture-task.ts'
import { base } from '../styles/base.ts'
import { facePattern } from './face-pattern.ts'

const tiles = [
  { x: 0, y: 0, turn: 0, corner: true },
  { x: 1, y: 0, turn: 0, corner: false },
  { x: 2, y: 0, turn: 1, corner: true },
  { x: 2, y: 1, turn: 1, corner: false },
  { x: 2, y: 2, turn: 2, corner: true },
  { x: 1, y: 2, turn: 2, corner: false },
  { x: 0, y: 2, turn: 3, corner: true },
  { x: 0, y: 1, turn: 3, corner: false },
] as const

/** Decoration beside a name, hence hidden from screen readers. */
@customElement('kith-face')
export class Face extends LitElement {
  /** Whose face. */
  @property({ attribute: false }) person?: PersonCard
  /** `small` 32 px, `medium` 44 px, `large` 96 px. */
  @property({ reflect: true }) size: 'small' | 'medium' | 'large' = 'medium'

  readonly #picture = new PictureTask(this, () => this.person?.avatar)

  static override styles = [
    base,
    css`
      :host {
        flex: none;
        width: 44px;
        height: 44px;
        border-radius: 32%;
        overflow: hidden;
        position: relative;
        forced-color-adjust: none;
      }
      :host([size='small']) {
        width: 32px;
        height: 32px;
      }
      :host([size='large']) {
        width: 96px;
        height: 96px;
      }
      svg,
      img {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        object-fit: cover;
      }
    `,
  ]

  override render() {
    const url = this.#picture.url
    return html`${this.#pattern()}${url ? html`<img src=${url} alt="" />` : ''}`
  }

  #pattern() {
    const face = facePattern(this.person?.id ?? '')
    return html`<svg viewBox="0 0 3 3" aria-hidden="true" fill=${face.figure} shape-rendering="geometricPrecision">
      <rect width="3" height="3" fill=${face.ground} />
      ${tiles.map(({ x, y, turn, corner }) => {
        const angle = 90 * (turn + face.turn)
        return svg`<path d=${corner ? face.corner : face.side}
          transform="translate(${x} ${y}) rotate(${angle} .5 .5)" />`
      })}
      ${svg`<path d=${face.middle} transform="translate(1 1)" />`}
    </svg>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-face': Face
  }
}
