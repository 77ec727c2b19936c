/** Reactions to a post, and the button that adds one. A tap shows at once; the node has the last word. */
import { css, html, LitElement, type PropertyValues } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { PostView, ReactionView } from '../../rpc/views.ts'
import { Request } from '../controllers/request.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { icon } from './icon.ts'
import { placeOnToggle } from './popover-place.ts'
import { say } from './toast.ts'

const offered = Object.keys(t.post.emoji)

const nameOf = (emoji: string): string => t.post.emoji[emoji] ?? emoji

/** What the reactions are once `emoji` is switched, before the node has said so. */
export const switched = (reactions: readonly ReactionView[], emoji: string, on: boolean): readonly ReactionView[] => {
  const others = reactions.filter((reaction) => reaction.emoji !== emoji)
  const old = reactions.find((reaction) => reaction.emoji === emoji)
  const count = (old?.count ?? 0) - Number(old?.mine ?? false) + Number(on)
  return count > 0 ? [...others, { emoji, count, mine: on }] : others
}

@customElement('kith-reactions')
export class Reactions extends LitElement {
  @property({ attribute: false }) post?: PostView

  /** Shown until the node's own view arrives. */
  @state() private expected: readonly ReactionView[] | undefined

  readonly #react = new Request(this, 'react')

  static override styles = [
    base,
    controls,
    css`
      /* Its parts stand in the row of the post: the chips above, the button among the others. */
      :host {
        display: contents;
      }
      .chips {
        order: -1;
        flex-basis: 100%;
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
        padding: 4px 10px;
      }
      button {
        padding-inline: 10px;
        min-width: 44px;
      }
      .chip {
        gap: 6px;
        min-height: 32px;
        padding: 2px 10px;
        border-color: var(--line);
        border-radius: 16px;
        font-weight: 500;
      }
      [popover]:popover-open {
        display: flex;
      }
      [popover] button {
        font-size: 1.375rem;
        padding: 6px;
      }
    `,
  ]

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('post')) this.expected = undefined
  }

  override render() {
    const reactions = this.expected ?? this.post?.reactions ?? []
    return html`<button class="quiet" aria-label=${t.post.react} popovertarget="choices">${icon('smile-plus')}</button>
      <div id="choices" popover @toggle=${placeOnToggle}>
        ${offered.map(
          (emoji) =>
            html`<button class="quiet" aria-label=${nameOf(emoji)} @click=${() => this.#choose(emoji)}>${emoji}</button>`,
        )}
      </div>
      ${reactions.length ? html`<div class="chips">${reactions.map((reaction) => this.#chip(reaction))}</div>` : ''}`
  }

  #chip({ emoji, count, mine }: ReactionView) {
    return html`<button
      class="chip"
      aria-pressed=${mine ? 'true' : 'false'}
      aria-label=${t.post.reaction(nameOf(emoji), count, mine)}
      @click=${() => this.#set(emoji, !mine)}
    >${emoji}<span>${count}</span></button>`
  }

  #choose(emoji: string): void {
    this.renderRoot.querySelector<HTMLElement>('#choices')?.hidePopover()
    void this.#set(emoji, true)
  }

  async #set(emoji: string, on: boolean): Promise<void> {
    if (!this.post) return
    this.expected = switched(this.post.reactions, emoji, on)
    await this.#react.run({ entry: this.post.id, emoji, on })
    if (!this.#react.error) return
    this.expected = undefined
    say(t.errorWords(this.#react.error).what)
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-reactions': Reactions
  }
}
