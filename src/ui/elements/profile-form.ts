/** One's name, a few words, a picture. */
import { html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { PersonView } from '../../rpc/views.ts'
import { Request } from '../controllers/request.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import type { AvatarField } from './avatar-field.ts'
import './avatar-field.ts'
import { failure } from './failure.ts'
import { say } from './toast.ts'

@customElement('kith-profile-form')
export class ProfileForm extends LitElement {
  @property({ attribute: false }) person?: PersonView

  readonly #save = new Request(this, 'save-profile')

  static override styles = [base, controls]

  override render() {
    const { person } = this
    if (!person) return ''
    return html`<form class="stack" @submit=${this.#submit}>
      <kith-avatar-field .person=${person} label=${t.you.avatar}></kith-avatar-field>
      <div class="field">
        <label for="name">${t.you.name}</label>
        <input id="name" type="text" autocomplete="nickname" .value=${person.ownName} />
      </div>
      <div class="field">
        <label for="about">${t.you.about}</label>
        <textarea id="about" rows="3" dir="auto" .value=${person.about} aria-describedby="hint"></textarea>
        <p class="hint" id="hint">${t.you.aboutHint}</p>
      </div>
      ${failure(this.#save.error)}
      <div><button class="primary" aria-disabled=${this.#save.busy}>${t.you.save}</button></div>
    </form>`
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault()
    const field = (id: string): string =>
      this.renderRoot.querySelector<HTMLInputElement | HTMLTextAreaElement>(`#${id}`)?.value.trim() ?? ''
    const avatar = await this.renderRoot.querySelector<AvatarField>('kith-avatar-field')?.settled()
    const saved = await this.#save.run({
      name: field('name'),
      about: field('about'),
      ...(avatar === undefined ? {} : { avatar }),
    })
    if (saved) say(t.common.saved)
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-profile-form': ProfileForm
  }
}
