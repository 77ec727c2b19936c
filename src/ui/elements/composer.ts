/** Where things are written: text, pictures, and the way out. The draft survives reloads and failures. */
import { html, LitElement, type PropertyValues } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { live } from 'lit/directives/live.js'
import { repeat } from 'lit/directives/repeat.js'
import type { PictureInput } from '../../rpc/contract.ts'
import type { KithError } from '../../rpc/errors.ts'
import { MAX_ALT_LENGTH } from '../../rpc/limits.ts'
import type { PostView } from '../../rpc/views.ts'
import { type Draft, draftOf } from '../controllers/draft.ts'
import { type OutgoingPost, publish, takeOut } from '../controllers/outbox.ts'
import { persistQuietly } from '../controllers/persistence.ts'
import { t } from '../messages/index.ts'
import { scalePicture } from '../pictures/scale.ts'
import { base } from '../styles/base.ts'
import { composerStyles } from '../styles/composer.ts'
import { controls } from '../styles/controls.ts'
import { failure } from './failure.ts'
import { icon } from './icon.ts'
import { displayName } from './person-line.ts'

interface Chosen {
  readonly input: PictureInput
  readonly url: string
}

/** Fires `kith-posted` once a post is saved. */
@customElement('kith-composer')
export class Composer extends LitElement {
  /** The post that is answered, if one is. */
  @property({ attribute: false }) reply?: PostView
  /** Taller from the start. */
  @property({ type: Boolean, reflect: true }) roomy = false
  /** Without a frame of its own. */
  @property({ type: Boolean, reflect: true }) plain = false

  @state() private text = ''
  @state() private pictures: readonly Chosen[] = []
  @state() private error: KithError | undefined

  #draft: Draft = draftOf('post')
  /** Pictures that are being made small, if any are; a post waits for them. */
  #scaling: Promise<void> | undefined
  #waits = false

  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true }
  static override styles = [base, controls, composerStyles]

  override willUpdate(changed: PropertyValues<this>): void {
    if (this.hasUpdated && !changed.has('reply')) return
    this.#draft = draftOf(this.reply ? `reply:${this.reply.id}` : 'post')
    this.text ||= this.#draft.read()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const { url } of this.pictures) URL.revokeObjectURL(url)
    this.pictures = []
  }

  override render() {
    const { reply } = this
    return html`<form class="card" @submit=${this.#post}>
      ${reply ? html`<p class="replying muted small wrap">${t.write.replyTo(displayName(reply.author))}</p>` : ''}
      <label class="off-screen" for="text">${reply ? t.write.reply : t.write.field}</label>
      <textarea
        id="text"
        rows=${this.roomy ? 6 : 2}
        dir="auto"
        placeholder=${reply ? t.write.reply : t.write.field}
        .value=${live(this.text)}
        @input=${this.#typed}
        @keydown=${this.#key}
        @paste=${this.#pasted}
      ></textarea>
      ${this.#chosen()} ${failure(this.error)}
      <div class="row">
        <button type="button" class="quiet" @click=${this.#choose}>${icon('image-plus')}${t.write.addPicture}</button>
        <input hidden type="file" accept="image/*" multiple aria-label=${t.write.addPicture} @change=${this.#picked} />
        <button class="primary" ?data-idle=${this.#isEmpty()}>${t.write.post}</button>
      </div>
    </form>`
  }

  #chosen() {
    if (!this.pictures.length) return ''
    return html`<ul class="chosen">
      ${repeat(
        this.pictures,
        ({ url }) => url,
        ({ url, input }, i) => html`<li>
          <img src=${url} alt="" />
          <input type="text" maxlength=${MAX_ALT_LENGTH} aria-label=${t.write.alt(i + 1)} placeholder=${t.write.alt(i + 1)}
            .value=${live(input.alt)} @input=${(event: Event) => this.#describe(i, event)} />
          <button type="button" class="quiet" aria-label=${t.write.removePicture(i + 1)} @click=${() => this.#remove(i)}>
            ${icon('x')}
          </button>
        </li>`,
      )}
    </ul>`
  }

  #isEmpty(): boolean {
    return !this.text.trim() && !this.pictures.length
  }

  #typed(event: Event): void {
    this.text = (event.target as HTMLTextAreaElement).value
    this.#draft.write(this.text)
  }

  #key(event: KeyboardEvent): void {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void this.#post(event)
  }

  #choose(): void {
    this.renderRoot.querySelector<HTMLInputElement>('input[type=file]')?.click()
  }

  #picked(event: Event): void {
    const input = event.target as HTMLInputElement
    const files = [...(input.files ?? [])]
    // Emptied, so that choosing the same picture again is noticed.
    input.value = ''
    void this.#add(files)
  }

  #pasted(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith('image/'))
    if (!files.length) return
    event.preventDefault()
    void this.#add(files)
  }

  async #add(files: readonly File[]): Promise<void> {
    const before = this.#scaling
    const scaling = (async () => {
      await before
      await this.#scale(files)
    })()
    this.#scaling = scaling
    await scaling
    if (this.#scaling === scaling) this.#scaling = undefined
  }

  async #scale(files: readonly File[]): Promise<void> {
    this.error = undefined
    for (const file of files) {
      const scaled = await scalePicture(file)
      if (scaled.ok)
        this.pictures = [...this.pictures, { input: scaled.value, url: URL.createObjectURL(toBlob(scaled.value)) }]
      else this.error = scaled.error
    }
  }

  #describe(index: number, event: Event): void {
    const alt = (event.target as HTMLInputElement).value
    this.pictures = this.pictures.map((picture, i) =>
      i === index ? { ...picture, input: { ...picture.input, alt } } : picture,
    )
  }

  #remove(index: number): void {
    this.pictures = this.pictures.filter((_, i) => i !== index)
    this.focus()
  }

  async #post(event: Event): Promise<void> {
    event.preventDefault()
    if (this.#waits) return
    this.#waits = this.#scaling !== undefined
    if (this.#waits) await this.#scaling
    this.#waits = false
    if (this.#isEmpty()) {
      this.error = { type: 'empty', what: 'post' }
      return
    }
    const replyTo = this.reply?.id
    const pictures = this.pictures.map(({ input }) => input)
    const { id, saved } = publish({ text: this.text, pictures, ...(replyTo ? { replyTo } : {}) })
    this.#fill('', [])
    if (await saved) {
      this.dispatchEvent(new Event('kith-posted'))
      void persistQuietly()
      return
    }
    // Here and empty, the field takes the words back; otherwise the outbox keeps showing them.
    if (this.isConnected && this.#isEmpty()) this.restore(takeOut(id))
  }

  /** Puts a post that was not saved back into the field. */
  restore(post: OutgoingPost | undefined): void {
    if (!post) return
    const pictures = post.pictures.map((input) => ({ input, url: URL.createObjectURL(toBlob(input)) }))
    this.#fill(post.text, pictures, post.error)
    this.focus()
  }

  #fill(text: string, pictures: readonly Chosen[], error?: KithError): void {
    this.text = text
    this.pictures = pictures
    this.error = error
    this.#draft.write(text)
  }
}

const toBlob = ({ bytes, mediaType }: PictureInput): Blob =>
  new Blob([bytes as Uint8Array<ArrayBuffer>], { type: mediaType })

declare global {
  interface HTMLElementTagNameMap {
    'kith-composer': Composer
  }
}
