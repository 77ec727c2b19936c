/** Asks before something that cannot be taken back. One native dialog, made when needed and gone afterwards. */
import { css, html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'

/** What is asked. */
export interface Question {
  readonly title: string
  readonly text: string
  /** Name of the button that does it. */
  readonly action: string
}

@customElement('kith-confirm')
export class Confirm extends LitElement {
  @property({ attribute: false }) question: Question = { title: '', text: '', action: '' }
  /** Called once with the answer. */
  @property({ attribute: false }) answer: (yes: boolean) => void = () => {}

  static override styles = [
    base,
    controls,
    css`
      dialog {
        max-width: 26rem;
      }
      .row {
        justify-content: flex-end;
        margin-top: 20px;
      }
      h2 + p {
        margin-top: 8px;
      }
    `,
  ]

  override render() {
    return html`<dialog aria-labelledby="title" @close=${this.#closed}>
      <h2 id="title">${this.question.title}</h2>
      <p class="muted">${this.question.text}</p>
      <form method="dialog" class="row">
        <button value="no" autofocus>${t.common.cancel}</button>
        <button value="yes" class="primary danger">${this.question.action}</button>
      </form>
    </dialog>`
  }

  override firstUpdated(): void {
    this.#dialog().showModal()
  }

  #dialog(): HTMLDialogElement {
    return this.renderRoot.querySelector('dialog') as HTMLDialogElement
  }

  #closed(): void {
    this.answer(this.#dialog().returnValue === 'yes')
    this.remove()
  }
}

/** True when the person agrees. */
export const confirmed = (question: Question): Promise<boolean> =>
  new Promise((resolve) => {
    const element = document.createElement('kith-confirm')
    element.question = question
    element.answer = resolve
    document.body.append(element)
  })

declare global {
  interface HTMLElementTagNameMap {
    'kith-confirm': Confirm
  }
}
