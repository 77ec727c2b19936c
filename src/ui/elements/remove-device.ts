/** Takes a device off the list: says what that does, and asks for the words, because only they can. */
import { css, html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { Request } from '../controllers/request.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { failure } from './failure.ts'
import { say } from './toast.ts'

@customElement('kith-remove-device')
export class RemoveDevice extends LitElement {
  /** Id of the device. */
  @property() device = ''
  readonly #remove = new Request(this, 'remove-device')

  static override styles = [
    base,
    controls,
    css`
      form {
        display: grid;
        gap: 12px;
        padding: 8px 0;
      }
    `,
  ]

  override render() {
    const { busy, error } = this.#remove
    return html`<details>
      <summary>${t.devices.remove}</summary>
      <form @submit=${this.#submit}>
        <p class="small">${t.devices.removeText}</p>
        <p class="small">${t.devices.removeWait}</p>
        <div class="field">
          <label for="words">${t.devices.removeWords}</label>
          <textarea id="words" rows="3" autocomplete="off" autocapitalize="none" spellcheck="false" required></textarea>
        </div>
        ${failure(error)}
        <div class="row"><button class="primary danger" aria-disabled=${busy}>${t.devices.removeGo}</button></div>
      </form>
    </details>`
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault()
    const words = this.renderRoot.querySelector('textarea')?.value ?? ''
    if (await this.#remove.run({ device: this.device, words })) say(t.devices.removeDone)
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-remove-device': RemoveDevice
  }
}
