/** Chooses a profile picture: shows it round at once, hands it over 256 pixels square. */
import { css, html, LitElement } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { PictureInput } from '../../rpc/contract.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { PersonCard } from '../../rpc/views.ts'
import { t } from '../messages/index.ts'
import { scaleAvatar } from '../pictures/scale.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import './face.ts'
import { failure } from './failure.ts'
import { icon } from './icon.ts'

/** Fires `change` when `value` changed: a picture, null to have none, undefined to leave it as it is. */
@customElement('kith-avatar-field')
export class AvatarField extends LitElement {
  /** Whose picture; undefined for somebody who is about to be made. */
  @property({ attribute: false }) person?: PersonCard
  @property() label = ''

  @state() value: PictureInput | null | undefined
  @state() private url = ''
  @state() private error: KithError | undefined

  #scaling: Promise<void> = Promise.resolve()

  static override styles = [
    base,
    controls,
    css`
      .row {
        gap: 16px;
      }
      img,
      .none {
        width: 72px;
        height: 72px;
        border-radius: 32%;
        object-fit: cover;
      }
      .none {
        display: grid;
        place-items: center;
        border: 1.5px dashed var(--edge);
        color: var(--muted);
      }
      .choices {
        display: grid;
        justify-items: start;
      }
      .choices .quiet {
        margin-left: -1px;
      }
      .label {
        margin-bottom: 6px;
      }
    `,
  ]

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#show(undefined)
  }

  override render() {
    return html`<span class="label" id="label">${this.label}</span>
      <div class="row" role="group" aria-labelledby="label">
        ${this.#preview()}
        <div class="choices">
          <button type="button" @click=${this.#open}>${t.you.choosePicture}</button>
          ${
            this.value || (this.value === undefined && this.person?.avatar)
              ? html`<button type="button" class="quiet" @click=${this.#remove}>${t.you.removeAvatar}</button>`
              : ''
          }
        </div>
        <input hidden type="file" accept="image/*" aria-label=${this.label} @change=${this.#chosen} />
      </div>
      ${failure(this.error)}`
  }

  #preview() {
    if (this.url) return html`<img src=${this.url} alt="" />`
    if (!this.person) return html`<span class="none">${icon('user-round')}</span>`
    const { avatar: _, ...bare } = this.person
    return html`<kith-face size="large" .person=${this.value === null ? bare : this.person}></kith-face>`
  }

  /** `value`, once a picture that was just chosen has been made small. */
  async settled(): Promise<PictureInput | null | undefined> {
    await this.#scaling
    return this.value
  }

  #open(): void {
    this.renderRoot.querySelector<HTMLInputElement>('input')?.click()
  }

  #chosen(event: Event): void {
    const input = event.target as HTMLInputElement
    const file = input.files?.[0]
    input.value = ''
    if (file) this.#scaling = this.#scale(file)
  }

  async #scale(file: File): Promise<void> {
    const scaled = await scaleAvatar(file)
    this.error = scaled.ok ? undefined : scaled.error
    if (scaled.ok) this.#set(scaled.value)
  }

  #remove(): void {
    this.#set(this.person?.avatar ? null : undefined)
  }

  #set(value: PictureInput | null | undefined): void {
    this.value = value
    this.#show(value ? new Blob([value.bytes as Uint8Array<ArrayBuffer>], { type: value.mediaType }) : undefined)
    this.dispatchEvent(new Event('change'))
  }

  #show(blob: Blob | undefined): void {
    if (this.url) URL.revokeObjectURL(this.url)
    this.url = blob ? URL.createObjectURL(blob) : ''
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-avatar-field': AvatarField
  }
}
