/** A post: who, when, what, and how safe it is. */
import { html, LitElement } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { PostView } from '../../rpc/views.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { postStyles } from '../styles/post.ts'
import './copies.ts'
import './face.ts'
import './picture.ts'
import './post-menu.ts'
import './reactions.ts'
import './time.ts'
import { icon } from './icon.ts'
import { displayName, fingerprint, personPath } from './person-line.ts'
import { richText } from './rich-text.ts'

/** Longer texts are folded in lists (characters, lines). */
const FOLD = { characters: 1200, lines: 18 } as const

/** Asks whoever listens to open a composer for a reply. */
export class ReplyEvent extends Event {
  readonly post: PostView
  constructor(post: PostView) {
    super('kith-reply', { bubbles: true, composed: true, cancelable: true })
    this.post = post
  }
}

@customElement('kith-post')
export class Post extends LitElement {
  @property({ attribute: false }) post?: PostView
  /** Shown alone on its page: nothing is folded, the time is not a link. */
  @property({ type: Boolean, reflect: true }) whole = false
  /** The post under which this one stands: an answer to it does not quote it again. */
  @property() under = ''

  @state() private unfolded = false

  static override styles = [base, controls, postStyles]

  override render() {
    const { post } = this
    if (!post) return ''
    return html`<article aria-labelledby="author">
      <kith-face .person=${post.author}></kith-face>
      <header>
        <a id="author" class="author wrap" href=${personPath(post.author.id)}>${displayName(post.author)}</a>
        ${fingerprint(post.author)}
        <a class="when" href="/post/${post.id}"><kith-time .at=${post.time}></kith-time></a>
      </header>
      <div class="body">${this.#context(post)} ${this.#text(post)} ${this.#pictures(post)} ${this.#source(post)}</div>
      <footer>
        <button class="quiet" @click=${this.#reply} aria-label=${t.post.reply}>
          ${icon('message-circle')}
        </button>
        ${this.#count(post)}
        <kith-reactions .post=${post}></kith-reactions>
        <kith-copies
          class="end"
          .copies=${post.copies}
          .of=${post.mine ? { entry: post.id } : undefined}
          .pictures=${post.pictures.length}
        ></kith-copies>
        <kith-post-menu .post=${post}></kith-post-menu>
      </footer>
    </article>`
  }

  #count({ id, replies }: PostView) {
    if (!replies) return ''
    const words = t.post.replies(replies)
    return html`<a class="count" href="/post/${id}" aria-label=${words} title=${words}>${replies}</a>`
  }

  #context({ replyTo }: PostView) {
    if (!replyTo || replyTo.id === this.under) return ''
    return html`<a class="context" href="/post/${replyTo.id}">
      <span>${replyTo.author ? t.post.inReplyTo(displayName(replyTo.author)) : t.post.inReplyToUnknown}</span>
      ${replyTo.excerpt ? html`<q class="wrap">${replyTo.excerpt}</q>` : ''}
    </a>`
  }

  #text({ text }: PostView) {
    if (!text) return ''
    const long = text.length > FOLD.characters || text.split('\n', FOLD.lines + 1).length > FOLD.lines
    const folded = long && !this.whole && !this.unfolded
    return html`<p class="text wrap ${folded ? 'folded' : ''}" dir="auto">${richText(text)}</p>
      ${folded ? html`<button class="quiet unfold" @click=${this.#unfold}>${t.common.showAll}</button>` : ''}`
  }

  #pictures({ pictures }: PostView) {
    if (!pictures.length) return ''
    return html`<div class="pictures" data-many=${pictures.length > 1 ? 'yes' : 'no'}>
      ${pictures.map((picture) => html`<kith-picture .picture=${picture}></kith-picture>`)}
    </div>`
  }

  #source({ source }: PostView) {
    if (!source) return ''
    const words = t.post.from(source.title)
    return html`<p class="source wrap">
      ${
        source.url?.startsWith('https://') || source.url?.startsWith('http://')
          ? html`<a href=${source.url} target="_blank" rel="noopener noreferrer nofollow ugc">${words}</a>`
          : words
      }
    </p>`
  }

  #unfold(): void {
    this.unfolded = true
  }

  #reply(): void {
    if (this.post) this.dispatchEvent(new ReplyEvent(this.post))
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-post': Post
  }
}
