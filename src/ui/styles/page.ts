/** What pages share: rhythm, head, sections. */
import { css } from 'lit'

export const page = css`
  :host {
    display: grid;
    gap: 16px;
    grid-template-columns: minmax(0, 1fr);
    align-content: start;
  }
  .page-head {
    display: grid;
    justify-items: start;
    padding: 4px 0;
  }
  .page-head .back {
    margin-left: -12px;
    padding-inline: 12px;
  }
  section {
    display: grid;
    gap: 12px;
    grid-template-columns: minmax(0, 1fr);
  }
  .lead {
    color: var(--muted);
    text-wrap: pretty;
  }
  .lines:empty {
    display: none;
  }
  .lines > li {
    border-bottom: 1px solid var(--line);
  }
  .lines > li:last-child {
    border-bottom: 0;
  }
  .link-row {
    display: flex;
    align-items: center;
    gap: 12px;
    min-height: 52px;
    padding: 8px 4px;
    color: var(--ink);
    text-decoration: none;
    font-weight: 600;
  }
  .link-row .icon:last-child {
    margin-left: auto;
    color: var(--muted);
  }
  .link-row:hover {
    color: var(--accent);
  }
  .warning {
    padding: 10px 14px;
    border-radius: var(--radius);
    background: var(--warn-soft);
    color: var(--warn);
    font-size: var(--text-2);
  }
`
