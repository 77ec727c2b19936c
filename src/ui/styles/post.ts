/** Looks of a post. */
import { css } from 'lit'

export const postStyles = css`
  :host {
    content-visibility: auto;
    contain-intrinsic-size: auto 180px;
  }
  article {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    column-gap: 12px;
    padding: 14px 14px 4px;
    background: var(--card);
    border: 1px solid var(--line);
    border-radius: var(--radius);
  }
  header {
    align-self: center;
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    column-gap: 8px;
    min-width: 0;
  }
  .author {
    color: var(--ink);
    font-weight: 600;
    text-decoration: none;
  }
  .author:hover,
  .when:hover {
    text-decoration: underline;
  }
  .when {
    margin-left: auto;
    color: var(--muted);
    font-size: var(--text-1);
    text-decoration: none;
  }
  .body {
    display: grid;
    gap: 8px;
    min-width: 0;
    grid-column: 1 / -1;
    grid-template-columns: minmax(0, 1fr);
    margin-top: 8px;
  }
  .text {
    white-space: pre-wrap;
  }
  :host([whole]) .text {
    font-size: 1.1875rem;
  }
  .folded {
    max-height: 19lh;
    overflow: hidden;
    mask-image: linear-gradient(#000 82%, transparent);
  }
  .unfold {
    justify-self: start;
    margin-left: -16px;
  }
  .context {
    display: grid;
    padding: 4px 0 4px 10px;
    border-left: 3px solid var(--line);
    color: var(--muted);
    font-size: var(--text-2);
    text-decoration: none;
  }
  .context:hover span {
    text-decoration: underline;
  }
  q {
    display: -webkit-box;
    -webkit-line-clamp: 2;
    -webkit-box-orient: vertical;
    overflow: hidden;
  }
  .source {
    font-size: var(--text-1);
    color: var(--muted);
  }
  .source a {
    color: inherit;
  }
  .pictures {
    display: grid;
    gap: 8px;
    margin-top: 4px;
  }
  .pictures[data-many='yes'] {
    grid-template-columns: 1fr 1fr;
  }
  footer {
    grid-column: 1 / -1;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px;
    margin: 4px -8px 0;
  }
  footer button {
    padding-inline: 10px;
    min-width: 44px;
  }
  .count {
    min-width: 32px;
    margin-left: -6px;
    padding: 10px 8px 10px 0;
    color: var(--muted);
    font-size: var(--text-2);
    text-decoration: none;
  }
  .end {
    margin-left: auto;
  }
  @media (min-width: 480px) {
    article {
      padding: 16px 16px 4px;
    }
    kith-face {
      grid-row: 1 / span 2;
    }
    header {
      align-self: start;
    }
    .body,
    footer {
      grid-column: 2;
    }
    .body {
      margin-top: 0;
    }
    footer {
      margin-left: -10px;
    }
  }
`
