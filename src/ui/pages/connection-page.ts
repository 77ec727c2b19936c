/** The weather in detail: hosts, people, what waits, what was turned away. */
import { css, html, LitElement } from 'lit'
import { customElement } from 'lit/decorators.js'
import { LiveQuery } from '../controllers/live-query.ts'
import { Request } from '../controllers/request.ts'
import { alarm } from '../elements/alarm.ts'
import { failure } from '../elements/failure.ts'
import { icon } from '../elements/icon.ts'
import { pageHead } from '../elements/page-head.ts'
import { displayName, personPath } from '../elements/person-line.ts'
import '../elements/skeleton.ts'
import '../elements/time.ts'
import type { ConnectionView, HostView, SessionInfo } from '../../rpc/views.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { page } from '../styles/page.ts'

const secondsUntil = (time: number | undefined): number =>
  time === undefined ? 0 : Math.max(0, Math.round((time - Date.now()) / 1000))

@customElement('kith-connection-page')
export class ConnectionPage extends LitElement {
  readonly #connection = new LiveQuery(this, 'connection', () => ({}))
  readonly #again = new Request(this, 'connect-now')
  #clock: ReturnType<typeof setInterval> | undefined

  static override styles = [
    base,
    controls,
    page,
    css`
      li {
        padding: 10px 0;
      }
      .session {
        display: flex;
        gap: 12px;
        align-items: start;
      }
      .sign {
        display: grid;
        place-items: center;
        width: 32px;
        height: 32px;
        color: var(--muted);
      }
      .session > div {
        min-width: 0;
      }
    `,
  ]

  override connectedCallback(): void {
    super.connectedCallback()
    // Hosts that are tried again count down.
    this.#clock = setInterval(() => this.requestUpdate(), 1000)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearInterval(this.#clock)
  }

  override render() {
    return html`${pageHead(t.connection.heading, { href: '/', name: t.nav.home })}
    ${this.#connection.render({
      waiting: () => html`<kith-skeleton count="2"></kith-skeleton>`,
      value: (view) => this.#whole(view),
      failed: failure,
    })}`
  }

  #whole(view: ConnectionView) {
    return html`${view.full ? alarm(t.storage.fullTitle, [t.storage.fullText, html`<a href="/you/storage">${t.connection.seeStorage}</a>`]) : ''}
      ${view.forked ? alarm(t.devices.forkedTitle, [t.devices.forkedText, html`<a href="/you/devices">${t.connection.seeDevices}</a>`]) : ''}
      ${view.online ? '' : this.#cutOff(view)}
      <section class="card">
        <h2>${t.connection.waitingTitle}</h2>
        <p>${t.connection.waiting(view.waiting, view.onlyHere)}</p>
        ${view.onlyHere ? html`<p class="muted">${t.connection.onlyHere(view.onlyHere)} <a href="/you/storage">${t.connection.keep}</a></p>` : ''}
        ${view.people === 0 ? html`<p class="muted">${t.connection.alone} <a href="/people">${t.connection.invite}</a></p>` : ''}
      </section>
      <section class="card">
        <h2>${t.connection.people}</h2>
        ${view.noDirect ? html`<p class="muted small">${t.connection.noDirect[view.noDirect]}</p>` : ''}
        ${view.sessions.length ? '' : html`<p class="muted">${t.connection.noPeople}</p>`}
        <ul class="lines">${view.sessions.map((session) => this.#session(session))}</ul>
      </section>
      <section class="card">
        <h2>${t.connection.hosts}</h2>
        ${view.hosts.length ? '' : html`<p class="muted">${t.settings.noHosts}</p>`}
        <ul class="lines">${view.hosts.map((host) => this.#host(host))}</ul>
        <div><button aria-disabled=${this.#again.busy} @click=${() => this.#again.run({})}>${icon('rotate-cw')}${t.connection.again}</button></div>
        ${failure(this.#again.error)}
      </section>
      ${this.#refused(view.refused)}`
  }

  #cutOff({ hosts }: ConnectionView) {
    if (hosts.some((host) => host.state === 'connecting')) return ''
    const words = navigator.onLine && hosts.length ? t.connection.unreached : t.connection.offline
    return html`<p class="card session">${icon('cloud-off')}<span>${words}</span></p>`
  }

  #session(session: SessionInfo) {
    return html`<li class="session">
      <kith-face size="small" .person=${session.person}></kith-face>
      <div>
        <a class="wrap" href=${personPath(session.person.id)}>${displayName(session.person)}</a>
        <span class="muted small">${t.connection[session.carrier]} · ${t.connection.since} <kith-time .at=${session.since}></kith-time></span>
        <details>
          <summary>${t.app.details}</summary>
          <p class="small muted wrap">
            <data class="sent" value=${session.sentBytes}>${t.connection.traffic(session.receivedBytes, session.sentBytes)}</data><data class="resent" value=${session.resentBytes}>${session.resentBytes ? `, ${t.connection.resent(session.resentBytes)}` : ''}</data><br />
            ${t.connection.session} <code>${session.device}</code>
          </p>
        </details>
      </div>
    </li>`
  }

  #host(host: HostView) {
    return html`<li class="session">
      <span class="sign">${icon('server')}</span>
      <div>
        <p class="wrap">${host.url}</p>
        <p class="muted small">${t.connection.hostState(host, secondsUntil(host.retryAt))}</p>
        ${host.reason ? html`<details><summary>${t.app.details}</summary><p class="small wrap">${host.reason}</p></details>` : ''}
      </div>
    </li>`
  }

  #refused(refused: ConnectionView['refused']) {
    const reasons = Object.entries(refused)
    if (!reasons.length) return ''
    return html`<details class="card">
      <summary>${t.connection.refused}</summary>
      <p class="muted small">${t.connection.refusedText}</p>
      <ul class="lines">${reasons.map(([reason, count]) => html`<li class="small">${reason}: ${count}</li>`)}</ul>
    </details>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-connection-page': ConnectionPage
  }
}
