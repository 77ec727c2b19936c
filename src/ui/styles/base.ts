/** What every element's shadow tree starts from: text, links, focus, layout helpers. */
import { css } from 'lit'

export const base = css`
  :host {
    display: block;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd,
  figure,
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  /* Headings are large already: with large text on a small screen their words must still fit. */
  h1 {
    font: 600 min(var(--text-5), 12vw) / 1.2 var(--head-font);
    overflow-wrap: anywhere;
    letter-spacing: -0.01em;
    text-wrap: balance;
  }
  h2 {
    font: 600 min(var(--text-4), 10vw) / 1.3 var(--head-font);
    overflow-wrap: anywhere;
  }
  h3 {
    font-size: var(--text-3);
    font-weight: 600;
  }
  h1:focus {
    outline: none;
  }
  a {
    color: var(--accent);
    text-underline-offset: 0.18em;
    text-decoration-thickness: 1px;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
    border-radius: 4px;
  }
  .icon {
    flex: none;
    vertical-align: -0.25em;
  }
  .muted {
    color: var(--muted);
  }
  .small {
    font-size: var(--text-2);
  }
  .tiny {
    font-size: var(--text-1);
  }
  .stack {
    display: grid;
    gap: 16px;
    min-width: 0;
    grid-template-columns: minmax(0, 1fr);
  }
  .stack.tight {
    gap: 8px;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
  }
  .card {
    background: var(--card);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    padding: 16px;
  }
  .off-screen {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .wrap {
    overflow-wrap: anywhere;
  }
  @media (forced-colors: active) {
    .card {
      border-color: CanvasText;
    }
  }
`
