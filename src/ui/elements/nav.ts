/** The five places: a bar at the bottom of a phone, a rail at the side from 900 px. */
import { css, html, LitElement, nothing } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { icon } from './icon.ts'
import { logo } from './logo.ts'

const places = [
  { href: '/', icon: 'house', name: t.nav.home },
  { href: '/people', icon: 'users', name: t.nav.people },
  { href: '/write', icon: 'pen-line', name: t.nav.write },
  { href: '/notes', icon: 'notebook-pen', name: t.nav.notes },
  { href: '/you', icon: 'user-round', name: t.nav.you },
] as const

@customElement('kith-nav')
export class Nav extends LitElement {
  /** Path of the page that is open. */
  @property() path = '/'

  static override styles = [
    base,
    css`
      :host {
        position: fixed;
        inset: auto 0 0;
        z-index: 2;
        background: var(--card);
        border-top: 1px solid var(--line);
        padding-bottom: env(safe-area-inset-bottom);
      }
      ul {
        display: grid;
        grid-template-columns: repeat(5, 1fr);
        max-width: 640px;
        margin: 0 auto;
      }
      a {
        display: grid;
        justify-items: center;
        align-content: center;
        gap: 2px;
        min-height: var(--bar);
        color: var(--muted);
        /* Five names side by side have no room to grow with large text for ever. */
        font-size: min(0.75rem, 4.6vw);
        font-weight: 600;
        text-decoration: none;
      }
      a:focus-visible {
        outline-offset: -3px;
      }
      a[aria-current] {
        color: var(--accent);
      }
      a[aria-current] .icon {
        stroke-width: 2.4;
      }
      .write .icon {
        box-sizing: content-box;
        padding: 3px 14px;
        margin: -3px 0;
        border-radius: 14px;
        background: var(--accent);
        color: var(--on-accent);
      }
      .name {
        display: none;
      }
      @media (min-width: 900px) {
        :host {
          position: sticky;
          inset: 0 auto auto;
          align-self: start;
          border: 0;
          background: none;
          padding: 20px 0;
        }
        .name {
          display: flex;
          align-items: center;
          gap: 10px;
          min-height: 44px;
          padding: 0 12px 16px;
          font: 600 var(--text-4) var(--head-font);
          color: var(--ink);
        }
        ul {
          grid-template-columns: 1fr;
          gap: 4px;
        }
        li:has(.write) {
          order: 1;
        }
        a {
          grid-auto-flow: column;
          justify-content: start;
          justify-items: start;
          align-items: center;
          gap: 14px;
          min-height: 48px;
          padding: 0 14px;
          border-radius: var(--radius);
          color: var(--ink);
          font-size: var(--text-3);
          font-weight: 500;
        }
        a:hover {
          background: var(--sunk);
        }
        a[aria-current] {
          background: var(--accent-soft);
          color: var(--ink);
          font-weight: 600;
        }
        a.write {
          margin-top: 12px;
          background: var(--accent);
          color: var(--on-accent);
          font-weight: 600;
        }
        a.write .icon {
          padding: 0;
          margin: 0;
        }
      }
      @media (forced-colors: active) {
        .write .icon {
          background: none;
        }
        a[aria-current] {
          outline: 2px solid;
          outline-offset: -2px;
        }
      }
    `,
  ]

  override render() {
    return html`<nav aria-label=${t.nav.label}>
      <div class="name" aria-hidden="true">${logo()}${t.app.name}</div>
      <ul>
        ${places.map(
          (place) => html`<li>
            <a
              href=${place.href}
              class=${place.href.slice(1) || 'home'}
              aria-current=${this.#isCurrent(place.href) ? 'page' : nothing}
              >${icon(place.icon)}<span>${place.name}</span></a
            >
          </li>`,
        )}
      </ul>
    </nav>`
  }

  #isCurrent(href: string): boolean {
    return href === '/' ? this.path === '/' || this.path === '/replies' : this.path.startsWith(href)
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-nav': Nav
  }
}
