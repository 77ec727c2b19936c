/** Sharing one note by link: makes the link, shows it to be copied, says what it shows, and stops it. */
import { css, html, LitElement } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { SharedText, ShareView } from '../../rpc/sharing.ts'
import type { MyLinkView } from '../../rpc/views.ts'
import { LiveQuery } from '../controllers/live-query.ts'
import { Request } from '../controllers/request.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { page } from '../styles/page.ts'
import { confirmed } from './confirm.ts'
import { failure } from './failure.ts'
import { icon } from './icon.ts'
import { copyLink } from './post-menu.ts'
import { say } from './toast.ts'

/** What somebody else wrote through a link is to become the note's text. */
export class TakeOverEvent extends Event {
  readonly shown: SharedText
  constructor(shown: SharedText) {
    super('kith-take-over')
    this.shown = shown
  }
}

@customElement('kith-share')
export class Share extends LitElement {
  /** Id of the note. */
  @property() note = ''

  @state() private link: MyLinkView | undefined
  /** Id of the share to which the link belongs. */
  #linked = ''
  readonly #shares = new LiveQuery(
    this,
    'shares',
    () => (this.note ? { note: this.note } : undefined),
    () => void this.#follow(),
  )
  readonly #share = new Request(this, 'share-note')
  readonly #link = new Request(this, 'share-link')
  readonly #read = new Request(this, 'read-share')
  readonly #stop = new Request(this, 'unshare')

  static override styles = [
    base,
    controls,
    page,
    css`
      :host {
        display: block;
      }
      .row > button {
        flex: 1 1 auto;
      }
    `,
  ]

  override render() {
    return this.#shares.render({
      value: () => {
        const live = this.#live()
        return live ? this.#shared(live) : this.#offered()
      },
      failed: failure,
    })
  }

  #offered() {
    const ended = this.#shares.value?.[0]?.ended
    return html`${ended ? html`<p class="muted small">${t.sharing.ended(ended)}</p>` : ''}
      ${failure(this.#share.error)}
      <button aria-disabled=${this.#share.busy} @click=${this.#start}>${icon('link')}${t.sharing.share}</button>`
  }

  #shared({ tooLong, rewritten }: ShareView) {
    return html`<section class="card" aria-labelledby="heading">
      <h2 id="heading" tabindex="-1">${t.sharing.heading}</h2>
      <p class="muted small">${t.sharing.lead}</p>
      ${tooLong ? html`<p class="warning" role="note">${t.sharing.tooLong}</p>` : ''}
      ${rewritten ? this.#rewritten() : ''}
      ${this.link?.warning === 'localhost' ? html`<p class="warning" role="note">${t.peoplePage.warning.localhost.text}</p>` : ''}
      ${failure(this.#link.error ?? this.#read.error ?? this.#stop.error)}
      ${this.link ? this.#shownLink(this.link) : ''}
      <div class="row">
        <button ?disabled=${!this.link} @click=${this.#copy}>${icon('copy')}${t.sharing.copy}</button>
        <button class="danger" aria-disabled=${this.#stop.busy} @click=${this.#end}>${icon('x')}${t.sharing.stop}</button>
      </div>
    </section>`
  }

  #rewritten() {
    return html`<p class="warning" role="note">${t.sharing.rewritten}</p>
      <div class="row">
        <button aria-disabled=${this.#read.busy} @click=${this.#takeOver}>${icon('download')}${t.sharing.takeOver}</button>
      </div>`
  }

  #shownLink({ link }: MyLinkView) {
    return html`<div class="field">
      <label for="link">${t.sharing.link}</label>
      <input id="link" type="text" readonly .value=${link} @focus=${(event: Event) => (event.target as HTMLInputElement).select()} />
    </div>`
  }

  #live(): ShareView | undefined {
    return this.#shares.value?.find(({ ended }) => !ended)
  }

  /** Asks for the link of a share that came, from here or from another device. */
  async #follow(): Promise<void> {
    const live = this.#live()
    if ((live?.id ?? '') === this.#linked) return
    this.#linked = live?.id ?? ''
    this.link = undefined
    const link = live && (await this.#link.run({ share: live.id, kind: 'read' }))
    if (live?.id !== this.#live()?.id) return
    this.link = link
    // Asked for again with the next word of shares.
    if (!link) this.#linked = ''
  }

  async #start(): Promise<void> {
    if (!(await this.#share.run({ note: this.note }))) return
    await this.updateComplete
    // The button is gone: what came in its place takes the focus, and is seen whole.
    this.renderRoot.querySelector<HTMLElement>('#heading')?.focus()
    this.renderRoot.querySelector('section')?.scrollIntoView({ block: 'center' })
  }

  async #takeOver(): Promise<void> {
    const live = this.#live()
    const shown = live && (await this.#read.run({ share: live.id }))
    if (!shown) return
    this.dispatchEvent(new TakeOverEvent(shown))
    say(t.sharing.tookOver)
    this.renderRoot.querySelector<HTMLElement>('#heading')?.focus()
  }

  async #copy(): Promise<void> {
    if (this.link) await copyLink(this.link.link)
  }

  async #end(): Promise<void> {
    const live = this.#live()
    const question = { title: t.sharing.stopTitle, text: t.sharing.stopText, action: t.sharing.stop }
    if (!live || !(await confirmed(question)) || !(await this.#stop.run({ share: live.id }))) return
    say(t.sharing.stopped)
    await this.updateComplete
    this.renderRoot.querySelector<HTMLElement>('button')?.focus()
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-share': Share
  }
}
