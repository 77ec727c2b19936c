/** How many copies of one post or note are wanted: as many as of everything, or a number of its own. */
import { css, html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { ItemId } from '../../rpc/contract.ts'
import type { CopyDetails } from '../../rpc/views.ts'
import { Request } from '../controllers/request.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { failure } from './failure.ts'
import { say } from './toast.ts'

/** Numbers that are offered; another one that was chosen on the command line is shown beside them. */
const MOST_OFFERED = 8

@customElement('kith-item-copies')
export class ItemCopies extends LitElement {
  @property({ attribute: false }) item!: ItemId
  @property({ attribute: false }) details!: CopyDetails
  readonly #choose = new Request(this, 'choose-copies')

  static override styles = [
    base,
    controls,
    css`
      :host {
        display: block;
        margin-top: 12px;
      }
    `,
  ]

  override render() {
    const { chosen, everything, most } = this.details
    const offered = Array.from({ length: Math.min(most, MOST_OFFERED) }, (_, i) => i + 1)
    const numbers = chosen === undefined || offered.includes(chosen) ? offered : [...offered, chosen]
    return html`<div class="field">
        <label for="copies">${t.copies.choose}</label>
        <select id="copies" aria-describedby="hint" @change=${this.#change}>
          <option value="" ?selected=${chosen === undefined}>${t.copies.everything(everything)}</option>
          ${numbers.map((count) => html`<option value=${count} ?selected=${chosen === count}>${t.copies.count(count)}</option>`)}
        </select>
        <p class="hint" id="hint">${t.copies.chooseHint['note' in this.item ? 'note' : 'post']}</p>
      </div>
      ${failure(this.#choose.error)}`
  }

  async #change(event: Event): Promise<void> {
    const select = event.currentTarget as HTMLSelectElement
    const copies = select.value === '' ? null : Number(select.value)
    if (await this.#choose.run({ item: this.item, copies })) say(t.copies.chosen)
    // What is wanted is what the node says.
    else select.value = String(this.details.chosen ?? '')
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-item-copies': ItemCopies
  }
}
