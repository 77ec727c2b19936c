/** Writing with nothing else around. */
import { html, LitElement } from 'lit'
import { customElement } from 'lit/decorators.js'
import '../elements/composer.ts'
import { pageHead } from '../elements/page-head.ts'
import { t } from '../messages/index.ts'
import { navigate } from '../shell/router.ts'
import { base } from '../styles/base.ts'
import { page } from '../styles/page.ts'

@customElement('kith-write-page')
export class WritePage extends LitElement {
  static override styles = [base, page]

  override render() {
    return html`${pageHead(t.write.heading)}
      <kith-composer roomy @kith-posted=${() => navigate('/')}></kith-composer>
      <p class="muted small">${t.write.hint}</p>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-write-page': WritePage
  }
}
