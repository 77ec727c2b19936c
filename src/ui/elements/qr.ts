/** A text as a QR code: one SVG path, always dark on light, with the quiet zone that readers need. */
import { css, html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import encodeQR from 'qr'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'

/** Modules of a code as one path: a run of dark modules is one rectangle. */
export const modulesToPath = (modules: readonly (readonly boolean[])[]): string => {
  let path = ''
  for (const [y, row] of modules.entries()) {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue
      const start = x
      while (row[x + 1]) x++
      path += `M${start} ${y}h${x - start + 1}v1h${start - x - 1}z`
    }
  }
  return path
}

@customElement('kith-qr')
export class Qr extends LitElement {
  /** What the code says. */
  @property() text = ''

  static override styles = [
    base,
    css`
      svg {
        display: block;
        width: min(100%, 300px);
        margin: 0 auto;
        border-radius: var(--radius);
        background: #fff;
        forced-color-adjust: none;
      }
    `,
  ]

  override render() {
    const modules = encodeQR(this.text, 'raw', { ecc: 'medium', border: 4 })
    const size = modules.length
    return html`<svg viewBox="0 0 ${size} ${size}" role="img" aria-label=${t.peoplePage.codeAlt} shape-rendering="crispEdges">
      <path d=${modulesToPath(modules)} fill="#000" />
    </svg>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-qr': Qr
  }
}
