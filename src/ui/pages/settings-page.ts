/** Light or dark, hosts, the address under which one's links are made. */
import { css, html, LitElement } from 'lit'
import { customElement } from 'lit/decorators.js'
import { LiveQuery } from '../controllers/live-query.ts'
import { Request } from '../controllers/request.ts'
import { failure } from '../elements/failure.ts'
import { icon } from '../elements/icon.ts'
import { pageHead } from '../elements/page-head.ts'
import '../elements/skeleton.ts'
import type { SettingsView } from '../../rpc/views.ts'
import { say } from '../elements/toast.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { page } from '../styles/page.ts'

const themes = ['system', 'light', 'dark'] as const

@customElement('kith-settings-page')
export class SettingsPage extends LitElement {
  readonly #settings = new LiveQuery(this, 'settings', () => ({}))
  readonly #saveTheme = new Request(this, 'save-settings')
  readonly #saveHosts = new Request(this, 'save-settings')
  readonly #saveAddress = new Request(this, 'save-settings')

  #wanted: SettingsView['theme'] = 'system'

  static override styles = [
    base,
    controls,
    page,
    css`
      .themes {
        display: flex;
        flex-wrap: wrap;
        gap: 0 16px;
      }
      .themes label {
        display: flex;
        align-items: center;
        gap: 8px;
        min-height: 44px;
        font-weight: 400;
      }
      .themes input {
        width: 20px;
        height: 20px;
        margin: 0;
      }
      .host {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 8px;
      }
      .line {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 8px;
      }
    `,
  ]

  override render() {
    return html`${pageHead(t.settings.heading, { href: '/you', name: t.you.heading })}
    ${this.#settings.render({
      waiting: () => html`<kith-skeleton></kith-skeleton>`,
      value: (settings) => html`${this.#theme(settings)}${this.#hosts(settings)}${this.#address(settings)}`,
      failed: failure,
    })}`
  }

  #theme({ theme }: SettingsView) {
    return html`<fieldset class="card">
      <legend class="off-screen">${t.settings.theme}</legend>
      <h2 aria-hidden="true">${t.settings.theme}</h2>
      <div class="themes">
        ${themes.map(
          (name) => html`<label>
            <input type="radio" name="theme" .checked=${theme === name} @change=${() => this.#setTheme(name)} />
            ${t.settings.themes[name]}
          </label>`,
        )}
      </div>
      ${failure(this.#saveTheme.error)}
    </fieldset>`
  }

  #hosts({ hosts }: SettingsView) {
    return html`<section class="card">
      <h2>${t.settings.hosts}</h2>
      <p class="muted small">${t.settings.hostsText}</p>
      ${hosts.length ? '' : html`<p>${t.settings.noHosts}</p>`}
      <ul class="lines">
        ${hosts.map(
          (url) => html`<li class="host">
            <span class="wrap">${url}</span>
            <button class="quiet" aria-label=${t.settings.removeHost(url)} @click=${() => this.#removeHost(hosts, url)}>
              ${icon('x')}
            </button>
          </li>`,
        )}
      </ul>
      <form class="field" @submit=${(event: Event) => this.#addHost(event, hosts)}>
        <label for="host">${t.settings.host}</label>
        <div class="line">
          <input id="host" type="text" inputmode="url" autocomplete="off" autocapitalize="none" spellcheck="false" />
          <button>${t.settings.addHost}</button>
        </div>
      </form>
      ${failure(this.#saveHosts.error)}
    </section>`
  }

  #address({ publicUrl }: SettingsView) {
    return html`<section class="card">
      <form class="field" @submit=${this.#setAddress}>
        <label for="address">${t.settings.publicUrl}</label>
        <input id="address" type="text" inputmode="url" autocomplete="off" .value=${publicUrl ?? ''} aria-describedby="address-hint" />
        <p class="hint" id="address-hint">${t.settings.publicUrlHint}</p>
        <div><button>${t.settings.save}</button></div>
      </form>
      ${failure(this.#saveAddress.error)}
    </section>`
  }

  /** Arrow keys run through the choices faster than they are saved: the last one counts. */
  async #setTheme(theme: SettingsView['theme']): Promise<void> {
    this.#wanted = theme
    if (this.#saveTheme.busy) return
    for (let saved: SettingsView['theme'] | undefined; saved !== this.#wanted; ) {
      saved = this.#wanted
      await this.#saveTheme.run({ theme: saved })
    }
  }

  #value(id: string): string {
    return this.renderRoot.querySelector<HTMLInputElement>(`#${id}`)?.value.trim() ?? ''
  }

  async #setHosts(hosts: readonly string[]): Promise<boolean> {
    return (await this.#saveHosts.run({ hosts })) !== undefined
  }

  async #removeHost(hosts: readonly string[], url: string): Promise<void> {
    if (await this.#setHosts(hosts.filter((other) => other !== url)))
      this.renderRoot.querySelector<HTMLElement>('#host')?.focus()
  }

  async #addHost(event: Event, hosts: readonly string[]): Promise<void> {
    event.preventDefault()
    const url = this.#value('host')
    if (!url || hosts.includes(url) || !(await this.#setHosts([...hosts, url]))) return
    const field = this.renderRoot.querySelector<HTMLInputElement>('#host')
    if (field) field.value = ''
  }

  async #setAddress(event: Event): Promise<void> {
    event.preventDefault()
    if (await this.#saveAddress.run({ publicUrl: this.#value('address') })) say(t.common.saved)
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-settings-page': SettingsPage
  }
}
