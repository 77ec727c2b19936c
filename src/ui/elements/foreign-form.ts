/** Where one's own storage is, to be tested and used. Fires `kith-done` when it is used or given up. */
import { css, html, LitElement, nothing } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { ForeignInput, ForeignPlace, ForeignTrial } from '../../rpc/foreign.ts'
import { Request } from '../controllers/request.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { failure } from './failure.ts'
import { say } from './toast.ts'

type Kind = ForeignPlace['kind']

/** A text field: its id is the name of what is entered. */
interface Field {
  readonly id: 'endpoint' | 'bucket' | 'region' | 'accessKey' | 'secret' | 'prefix' | 'publicUrl'
  readonly label: string
  readonly hint?: string
  readonly type?: 'password'
}

const fieldsOf = (kind: Kind, isChange: boolean): readonly Field[] => {
  const words = t.foreign
  const kept = isChange ? { hint: words.secretKept } : {}
  const secret: Field = { id: 'secret', label: words.secret[kind], type: 'password', ...kept }
  const endpoint: Field = { id: 'endpoint', label: words.endpoint, hint: words.endpointHint[kind] }
  const publicUrl: Field = { id: 'publicUrl', label: words.publicUrl, hint: words.publicUrlHint }
  if (kind === 'http') return [endpoint, secret, publicUrl]
  return [
    endpoint,
    { id: 'bucket', label: words.bucket },
    { id: 'region', label: words.region, hint: words.regionHint },
    { id: 'accessKey', label: words.accessKey },
    secret,
    { id: 'prefix', label: words.prefix },
    publicUrl,
  ]
}

@customElement('kith-foreign-form')
export class ForeignForm extends LitElement {
  /** What is used now, to be changed. */
  @property({ attribute: false }) place?: ForeignPlace | undefined
  @state() private kind: Kind = 's3'
  @state() private trial: ForeignTrial | undefined
  readonly #test = new Request(this, 'test-foreign-storage')
  readonly #save = new Request(this, 'save-foreign-storage')

  static override styles = [
    base,
    controls,
    css`
      :host,
      form,
      fieldset {
        display: grid;
        gap: 12px;
        grid-template-columns: minmax(0, 1fr);
      }
      .kinds label {
        display: flex;
        align-items: center;
        gap: 8px;
        min-height: 44px;
        font-weight: 400;
      }
      .kinds input {
        width: 20px;
        height: 20px;
        margin: 0;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
    `,
  ]

  override connectedCallback(): void {
    super.connectedCallback()
    if (this.place) this.kind = this.place.kind
  }

  override render() {
    const isBusy = this.#test.busy || this.#save.busy
    return html`<form @submit=${this.#use} @input=${this.#changed}>
        <fieldset class="kinds">
          <legend>${t.foreign.kind}</legend>
          ${(['s3', 'http'] as const).map(
            (kind) => html`<label>
              <input type="radio" name="kind" .checked=${this.kind === kind} @change=${() => this.#choose(kind)} />
              ${t.foreign.kinds[kind]}
            </label>`,
          )}
        </fieldset>
        ${fieldsOf(this.kind, this.place !== undefined).map((field) => this.#field(field))}
        <div class="row">
          <button type="button" aria-disabled=${isBusy} @click=${this.#try}>
            ${this.#test.busy ? t.foreign.testing : t.foreign.test}
          </button>
          <button class="primary" aria-disabled=${isBusy}>${t.foreign.save}</button>
          <button type="button" class="quiet" @click=${this.#leave}>${t.common.cancel}</button>
        </div>
      </form>
      <p role="status">${this.trial ? t.foreign.trial(this.trial) : nothing}</p>
      ${failure(this.#test.error ?? this.#save.error)}`
  }

  #field({ id, label, hint, type }: Field) {
    const held = id === 'secret' ? '' : (this.place?.[id] ?? '')
    return html`<div class="field">
      <label for=${id}>${label}</label>
      <input id=${id} type=${type ?? 'text'} autocomplete="off" autocapitalize="none" spellcheck="false" .defaultValue=${held}
        aria-describedby=${hint ? `${id}-hint` : nothing} />
      ${hint ? html`<p class="hint" id="${id}-hint">${hint}</p>` : nothing}
    </div>`
  }

  #choose(kind: Kind): void {
    this.kind = kind
    this.#changed()
  }

  /** What was found was found of something else. */
  #changed(): void {
    this.trial = undefined
    this.#test.clear()
    this.#save.clear()
  }

  #entered(): ForeignInput {
    const value = (id: Field['id']): string => this.renderRoot.querySelector<HTMLInputElement>(`#${id}`)?.value ?? ''
    return {
      kind: this.kind,
      endpoint: value('endpoint'),
      bucket: value('bucket'),
      region: value('region'),
      accessKey: value('accessKey'),
      secret: value('secret'),
      prefix: value('prefix'),
      publicUrl: value('publicUrl'),
    }
  }

  async #try(): Promise<void> {
    if (this.#test.busy || this.#save.busy) return
    this.#changed()
    this.trial = await this.#test.run(this.#entered())
  }

  async #use(event: Event): Promise<void> {
    event.preventDefault()
    if (this.#test.busy) return
    this.#changed()
    if (!(await this.#save.run({ storage: this.#entered() }))) return
    say(t.common.saved)
    this.#leave()
  }

  #leave(): void {
    this.dispatchEvent(new CustomEvent('kith-done'))
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-foreign-form': ForeignForm
  }
}
