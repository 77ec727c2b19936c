/** The mark: three copies of one thing, two here and one still on its way. The icons in public/ draw the same. */
import { html } from 'lit'

/** The mark at 28 px. */
export const logo = () => html`<svg class="logo" viewBox="0 0 64 64" width="28" height="28" aria-hidden="true">
  <rect width="64" height="64" rx="18" fill="oklch(0.4 0.075 205)" />
  <circle cx="23" cy="42" r="10" fill="oklch(0.97 0.015 85)" />
  <circle cx="32" cy="21" r="10" fill="oklch(0.82 0.14 78)" />
  <circle cx="44" cy="42" r="8.25" fill="none" stroke="oklch(0.97 0.015 85)" stroke-width="3.5" />
</svg>`
