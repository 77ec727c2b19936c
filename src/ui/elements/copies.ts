/** Copies as dots: filled is a live copy, hollow is wanted but not there yet, ringed is on an always-on device. */
import { html, LitElement } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { ItemId } from '../../rpc/contract.ts'
import type { Copies as CopiesView, CopyDetails, CopyHolder } from '../../rpc/views.ts'
import { LiveQuery } from '../controllers/live-query.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { copyStyles } from '../styles/copies.ts'
import { failure } from './failure.ts'
import { displayName, fingerprint, personPath } from './person-line.ts'
import { placeOnToggle, placePopover } from './popover-place.ts'
import './face.ts'
import './item-copies.ts'
import './time.ts'

/** More dots than this say nothing more. */
const MOST = 5
type Dot = 'live' | 'always' | 'wanted'

/** The dots of an item, at most five; where no copy is wanted one is left to tap on. */
export const dotsOf = ({ live, wanted, always }: CopiesView): readonly Dot[] =>
  Array.from({ length: Math.min(MOST, Math.max(live, wanted, 1)) }, (_, i) =>
    i < Math.min(always, live) ? 'always' : i < live ? 'live' : 'wanted',
  )

const dotOf = ({ live, alwaysOn }: CopyHolder): Dot => {
  if (!live) return 'wanted'
  return alwaysOn ? 'always' : 'live'
}

@customElement('kith-copies')
export class Copies extends LitElement {
  /** How many there are, wanted, always on. */
  @property({ attribute: false }) copies: CopiesView = { live: 0, wanted: 0, always: 0 }
  /** A post or note of one's own, about which a tap asks the node; without it the thing is another person's. */
  @property({ attribute: false }) of: ItemId | undefined
  /** Pictures in it: they share its dots. */
  @property({ type: Number }) pictures = 0

  @state() private open = false
  readonly #details = new LiveQuery(this, 'copies', () => (this.open ? this.of : undefined))

  static override styles = [base, controls, copyStyles]

  override render() {
    const dots = dotsOf(this.copies)
    const label = this.#label()
    return html`<button class="quiet dots" popovertarget="about" aria-label=${label} title=${label}>
        ${dots.map((dot) => html`<i class=${dot}></i>`)}
      </button>
      <div id="about" class="about" popover @toggle=${this.#toggled}>${this.open ? this.#about() : ''}</div>`
  }

  /** What has arrived since it opened may have made it taller. */
  override updated(): void {
    const [button, about] = this.renderRoot.querySelectorAll<HTMLElement>('.dots, .about')
    if (this.open && button && about) placePopover(about, button)
  }

  get #kind(): 'post' | 'note' {
    return this.of && 'note' in this.of ? 'note' : 'post'
  }

  #label(): string {
    return this.of ? t.copies.label(this.copies, this.#kind) : t.copies.theirs
  }

  #toggled(event: ToggleEvent): void {
    this.open = event.newState === 'open'
    placeOnToggle(event)
  }

  #about() {
    return html`<h3>${t.copies.title}</h3>
      ${this.of ? this.#own() : html`<p>${t.copies.theirs}. ${t.copies.theirsMore}</p>`}
      ${this.of && this.pictures && !this.#details.value?.safety ? html`<p class="muted">${t.copies.pictures(this.pictures)}</p>` : ''}
      <ul class="legend">
        ${this.#legend().map((dot) => html`<li><i class=${dot}></i>${t.copies.legend[dot]}</li>`)}
      </ul>`
  }

  #legend(): readonly Dot[] {
    return this.of ? ['live', 'always', 'wanted'] : [...new Set(dotsOf(this.copies))]
  }

  #own() {
    const details = this.#details.value
    const copies = details?.copies ?? this.copies
    return html`<p>${this.#words(copies, details)}</p>
      ${this.#details.error ? failure(this.#details.error) : ''}
      ${details?.holders.length ? html`<ul class="holders">${details.holders.map((one) => this.#holder(one))}</ul>` : ''}
      ${details?.more ? html`<p class="muted">${t.copies.more(details.more)}</p>` : ''}
      ${details ? this.#survival(details) : ''}
      ${copies.live < copies.wanted ? this.#nextStep() : ''}
      ${details && this.of ? html`<kith-item-copies .item=${this.of} .details=${details}></kith-item-copies>` : ''}`
  }

  #words({ live, wanted }: CopiesView, details: CopyDetails | undefined): string {
    if (live) return t.copies.some(live, wanted, this.#kind, details?.safety !== undefined)
    return details?.holders.length ? t.copies.unconfirmed : t.copies.none[this.#kind]
  }

  #survival({ safety, chosen, everything }: CopyDetails) {
    if (!safety) return ''
    const isAlone = !safety.survives && (chosen ?? everything) === 1
    return html`<p>${isAlone ? t.copies.onlyMine : t.copies.survival(safety, this.pictures)}</p>`
  }

  #nextStep() {
    const { href, name } = t.copies.next[this.#kind]
    return html`<p><a class="button" href=${href}>${name}</a></p>`
  }

  #holder(holder: CopyHolder) {
    const { person, own, alwaysOn, connected, since, confirmed, live } = holder
    const kinds = [
      own ? t.copies.ownDevice : '',
      alwaysOn ? t.copies.alwaysOn : '',
      connected ? t.copies.connected : '',
    ]
    return html`<li>
      <i class=${dotOf(holder)}></i>
      <kith-face size="small" .person=${person}></kith-face>
      <div>
        <a class="wrap" href=${personPath(person.id)}>${displayName(person)}</a> ${fingerprint(person)}
        <p class="muted">${kinds.filter(Boolean).join(' · ')}</p>
        <p class="muted">
          ${t.copies.since} <kith-time .at=${since}></kith-time> · ${t.copies.confirmed} <kith-time .at=${confirmed}></kith-time>
        </p>
        ${live ? '' : html`<p class="muted">${t.copies.stale}</p>`}
      </div>
    </li>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-copies': Copies
  }
}
