/** One's devices. */
import { css, html, LitElement } from 'lit'
import { customElement } from 'lit/decorators.js'
import { LiveQuery } from '../controllers/live-query.ts'
import { alarm } from '../elements/alarm.ts'
import { failure } from '../elements/failure.ts'
import { icon } from '../elements/icon.ts'
import { pageHead } from '../elements/page-head.ts'
import '../elements/remove-device.ts'
import '../elements/skeleton.ts'
import '../elements/time.ts'
import type { DeviceView } from '../../rpc/views.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { page } from '../styles/page.ts'

@customElement('kith-devices-page')
export class DevicesPage extends LitElement {
  readonly #devices = new LiveQuery(this, 'devices', () => ({}))

  static override styles = [
    base,
    controls,
    page,
    css`
      ul.card {
        padding-block: 4px;
      }
      li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 4px 14px;
        padding: 14px 0;
      }
      li > .icon {
        margin-top: 2px;
        color: var(--muted);
      }
      .here {
        display: inline-block;
        margin-left: 8px;
        color: var(--good);
        font-weight: 600;
      }
    `,
  ]

  override render() {
    return html`${pageHead(t.devices.heading, { href: '/you', name: t.you.heading })}
      <p class="lead">${t.devices.lead}</p>
      ${this.#devices.render({
        waiting: () => html`<kith-skeleton count="1"></kith-skeleton>`,
        value: (
          devices,
        ) => html`${devices.some(({ here, forked }) => here && forked !== undefined) ? alarm(t.devices.forkedTitle, [t.devices.forkedText, t.devices.forkedTodo]) : ''}
          <ul class="card lines">${devices.map((device) => this.#device(device))}</ul>`,
        failed: failure,
      })}`
  }

  #device(device: DeviceView) {
    return html`<li>
      ${icon('monitor-smartphone')}
      <div>
        <strong class="wrap">${device.name || t.devices.unnamed}</strong>
        ${device.here ? html`<span class="here small">${t.devices.here}</span>` : ''}
        <p class="muted small">${t.devices.added} <kith-time .at=${device.added}></kith-time>
          ${device.removed ? html` · ${t.devices.removed} <kith-time .at=${device.removed}></kith-time>` : ''}</p>
        ${device.forked === undefined ? '' : this.#forked(device.here, device.forked)}
        ${device.here || device.removed !== undefined ? '' : html`<kith-remove-device .device=${device.id}></kith-remove-device>`}
        <details>
          <summary>${t.app.details}</summary>
          <p class="small wrap">${t.devices.id}: <code>${device.id}</code></p>
        </details>
      </div>
    </li>`
  }

  #forked(here: boolean, time: number) {
    return html`<p class="small">${here ? t.devices.forkedTitle : t.devices.forkedOther}
      <span class="muted">${t.devices.forked} <kith-time .at=${time}></kith-time></span></p>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-devices-page': DevicesPage
  }
}
