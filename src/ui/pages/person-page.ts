/** A person: who they say they are, what one is to them, and what they wrote. */
import { css, html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { LiveQuery } from '../controllers/live-query.ts'
import '../elements/blank.ts'
import '../elements/face.ts'
import { failure } from '../elements/failure.ts'
import '../elements/feed.ts'
import { nameWindow, pageHead } from '../elements/page-head.ts'
import '../elements/person-details.ts'
import { displayName, fingerprint } from '../elements/person-line.ts'
import '../elements/relation.ts'
import { richText } from '../elements/rich-text.ts'
import '../elements/skeleton.ts'
import type { PersonView } from '../../rpc/views.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { page } from '../styles/page.ts'

@customElement('kith-person-page')
export class PersonPage extends LitElement {
  /** Id of the person. */
  @property() person = ''

  readonly #person = new LiveQuery(this, 'person', () => ({ person: this.person }))

  static override styles = [
    base,
    controls,
    page,
    css`
      .top {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 16px;
        align-items: center;
      }
      /* Beside the face, or under it where the text is too large for that. */
      .top > div {
        flex: 1 1 9rem;
        min-width: 0;
      }
      .online::before {
        content: '';
        display: inline-block;
        width: 8px;
        height: 8px;
        margin-right: 8px;
        border-radius: 50%;
        background: var(--good);
      }
      .fact {
        display: block;
      }
      @media (min-width: 480px) {
        .fact {
          display: inline-block;
        }
        .fact:not(:last-child)::after {
          content: ' ·';
        }
      }
      .about {
        white-space: pre-wrap;
      }
      .contested {
        border-color: var(--warn);
        background: var(--warn-soft);
        color: var(--warn);
      }
    `,
  ]

  override render() {
    return this.#person.render({
      waiting: () => html`${pageHead('…')}<kith-skeleton></kith-skeleton>`,
      value: (person) => this.#whole(person),
      failed: (error) => html`${pageHead(t.nav.people, { href: '/people', name: t.nav.people })}${failure(error)}`,
    })
  }

  #whole(person: PersonView) {
    nameWindow(displayName(person))
    return html`<header class="card stack">
        <div class="top">
          <kith-face size="large" .person=${person}></kith-face>
          <div>
            <h1 class="wrap" tabindex="-1">${displayName(person)}</h1>
            <p class="muted small">${this.#facts(person)}</p>
          </div>
        </div>
        ${person.about ? html`<p class="about wrap" dir="auto">${richText(person.about)}</p>` : ''}
        ${person.contested ? html`<p class="card contested">${t.person.contested}</p>` : ''}
        <kith-relation .person=${person}></kith-relation>
        <kith-person-details .person=${person}></kith-person-details>
      </header>
      ${person.relation === 'blocked' ? '' : this.#feed(person)}`
  }

  #facts(person: PersonView) {
    const facts = [
      person.petname && person.ownName ? t.person.ownName(person.ownName) : '',
      fingerprint(person),
      person.online && person.relation !== 'me' ? html`<span class="online">${t.person.online}</span>` : '',
      person.known ? t.posts(person.posts) : '',
    ].filter((fact) => fact !== '')
    return facts.map((fact) => html`<span class="fact">${fact}</span> `)
  }

  #feed(person: PersonView) {
    const text = { me: t.person.mineNone, following: t.person.noneText, none: t.person.noneFollow, blocked: '' }
    return html`<kith-feed
      .source=${{ query: 'person-feed', person: person.id }}
      label=${t.person.feed(displayName(person))}
    >
      <kith-blank heading=${t.person.none} text=${text[person.relation]}></kith-blank>
    </kith-feed>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-person-page': PersonPage
  }
}
