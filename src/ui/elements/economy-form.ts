/** What this device gives, and how many copies of everything are wanted. Fires `kith-done` when saved or given up. */
import { css, html, LitElement } from 'lit'
import { customElement, property, query } from 'lit/decorators.js'
import type { EconomyView } from '../../rpc/economy.ts'
import { Request } from '../controllers/request.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { failure } from './failure.ts'
import { say } from './toast.ts'

const MEGABYTE = 1_000_000

const toMegabytes = (slots: number, slotBytes: number): number => Math.round((slots * slotBytes) / MEGABYTE)

@customElement('kith-economy-form')
export class EconomyForm extends LitElement {
  @property({ attribute: false }) view!: EconomyView
  @query('#slots') private accessor slots!: HTMLInputElement
  @query('#copies') private accessor copies!: HTMLInputElement
  readonly #give = new Request(this, 'give-storage')
  readonly #save = new Request(this, 'save-settings')

  static override styles = [
    base,
    controls,
    css`
      form {
        display: grid;
        gap: 12px;
        grid-template-columns: minmax(0, 1fr);
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
    `,
  ]

  override render() {
    const { slotsHere, slotBytes, mostSlots, copies, mostCopies } = this.view
    const isBusy = this.#give.busy || this.#save.busy
    return html`<form novalidate @submit=${this.#submit} @input=${this.#clear}>
        <div class="field">
          <label for="slots">${t.economy.slots}</label>
          <input id="slots" type="number" inputmode="numeric" min="0" .defaultValue=${String(toMegabytes(slotsHere, slotBytes))}
            aria-describedby="slots-hint" />
          <p class="hint" id="slots-hint">${t.economy.slotsHint(mostSlots * slotBytes)}</p>
        </div>
        <div class="field">
          <label for="copies">${t.economy.copies}</label>
          <input id="copies" type="number" inputmode="numeric" min="1" max=${mostCopies} .defaultValue=${String(copies)}
            aria-describedby="copies-hint" />
          <p class="hint" id="copies-hint">${t.economy.copiesHint(mostCopies)}</p>
        </div>
        <div class="row">
          <button class="primary" aria-disabled=${isBusy}>${t.economy.save}</button>
          <button type="button" class="quiet" @click=${this.#leave}>${t.common.cancel}</button>
        </div>
      </form>
      ${failure(this.#give.error ?? this.#save.error)}`
  }

  #clear(): void {
    this.#give.clear()
    this.#save.clear()
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault()
    if (this.#give.busy || this.#save.busy) return
    this.#clear()
    const isGiven = await this.#giveEntered()
    const isSaved = isGiven && (await this.#saveCopies())
    if (!isSaved) return
    say(t.economy.saved)
    this.#leave()
  }

  /** What was not touched stays as it is, whatever rounding makes of it. */
  async #giveEntered(): Promise<boolean> {
    if (this.slots.value === this.slots.defaultValue) return true
    // An empty field is no number, and refused in words.
    const slots = Math.round((this.slots.valueAsNumber * MEGABYTE) / this.view.slotBytes)
    return (await this.#give.run({ slots })) !== undefined
  }

  async #saveCopies(): Promise<boolean> {
    if (this.copies.value === this.copies.defaultValue) return true
    return (await this.#save.run({ copies: this.copies.valueAsNumber })) !== undefined
  }

  #leave(): void {
    this.dispatchEvent(new CustomEvent('kith-done'))
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-economy-form': EconomyForm
  }
}
