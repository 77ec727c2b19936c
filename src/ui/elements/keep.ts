/** Recovery words, export, import: how a person keeps what is theirs. */
import { css, html, LitElement } from 'lit'
import { customElement } from 'lit/decorators.js'
import { Request } from '../controllers/request.ts'
import { t } from '../messages/index.ts'
import { navigate } from '../shell/router.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { failure } from './failure.ts'
import { icon } from './icon.ts'

@customElement('kith-keep')
export class Keep extends LitElement {
  readonly #export = new Request(this, 'export')
  readonly #import = new Request(this, 'import')

  static override styles = [
    base,
    controls,
    css`
      ul {
        display: grid;
        gap: 16px;
      }
      li {
        display: grid;
        gap: 6px;
        justify-items: start;
      }
    `,
  ]

  override render() {
    return html`<ul>
        <li>
          <button @click=${() => navigate('/you/words')}>${icon('key-round')}${t.you.words}</button>
          <p class="muted small">${t.words.reminder}</p>
        </li>
        <li>
          <button aria-disabled=${this.#export.busy} @click=${this.#startExport}>${icon('download')}${t.you.export}</button>
          <p class="muted small">${t.you.exportText}</p>
        </li>
        <li>
          <button aria-disabled=${this.#import.busy} @click=${this.#choose}>${icon('upload')}${t.you.import}</button>
          <input hidden type="file" aria-label=${t.you.import} @change=${this.#startImport} />
          <p class="muted small">${t.you.importText}</p>
        </li>
      </ul>
      ${failure(this.#export.error ?? this.#import.error)}`
  }

  #choose(): void {
    this.renderRoot.querySelector('input')?.click()
  }

  async #startExport(): Promise<void> {
    const started = await this.#export.run({})
    if (started) navigate(`/you/jobs/${started.job}`)
  }

  async #startImport(event: Event): Promise<void> {
    const input = event.target as HTMLInputElement
    const file = input.files?.[0]
    if (!file) return
    const started = await this.#import.run({ file, name: file.name })
    input.value = ''
    if (started) navigate(`/you/jobs/${started.job}`)
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-keep': Keep
  }
}
