/** One's own profile, and the ways to keep what is one's own. */
import { html, LitElement } from 'lit'
import { customElement } from 'lit/decorators.js'
import { LiveQuery } from '../controllers/live-query.ts'
import { failure } from '../elements/failure.ts'
import { type IconName, icon } from '../elements/icon.ts'
import '../elements/keep.ts'
import { pageHead } from '../elements/page-head.ts'
import { personPath } from '../elements/person-line.ts'
import '../elements/profile-form.ts'
import '../elements/skeleton.ts'
import type { SessionView } from '../../rpc/views.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { page } from '../styles/page.ts'

const links: readonly { readonly href: string; readonly name: string; readonly icon: IconName }[] = [
  { href: '/you/storage', name: t.you.storage, icon: 'hard-drive' },
  { href: '/you/devices', name: t.you.devices, icon: 'monitor-smartphone' },
  { href: '/you/settings', name: t.you.settings, icon: 'settings' },
]

@customElement('kith-you-page')
export class YouPage extends LitElement {
  readonly #session = new LiveQuery(this, 'session', () => ({}))

  static override styles = [base, controls, page]

  override render() {
    return html`${pageHead(t.you.heading)}
    ${this.#session.render({
      waiting: () => html`<kith-skeleton></kith-skeleton>`,
      value: (session) => this.#whole(session),
      failed: failure,
    })}`
  }

  #whole(session: SessionView) {
    if (session.state !== 'ready') return failure({ type: 'no-person' })
    return html`<section class="card">
        <h2>${t.you.profile}</h2>
        <kith-profile-form .person=${session.me}></kith-profile-form>
        <a href=${personPath(session.me.id)}>${t.you.see}</a>
      </section>
      <section class="card">
        <h2>${t.you.keep}</h2>
        <kith-keep></kith-keep>
      </section>
      <nav class="card" aria-label=${t.you.more}>
        <ul class="lines">
          ${links.map(
            (link) => html`<li>
              <a class="link-row" href=${link.href}>${icon(link.icon)}<span>${link.name}</span>${icon('chevron-right')}</a>
            </li>`,
          )}
        </ul>
      </nav>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-you-page': YouPage
  }
}
