/** Buttons and fields. Touch targets are at least 44 px high, edges have three to one against the paper. */
import { css } from 'lit'

export const controls = css`
  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    min-height: 44px;
    padding: 8px 16px;
    border: 1px solid var(--edge);
    border-radius: var(--radius);
    background: var(--card);
    color: var(--ink);
    font: 600 var(--text-2) / 1.2 var(--body-font);
    text-decoration: none;
    cursor: pointer;
    touch-action: manipulation;
    transition: background-color var(--quick);
  }
  button:hover,
  .button:hover {
    background: var(--sunk);
  }
  button.primary,
  .button.primary {
    border-color: transparent;
    background: var(--accent);
    color: var(--on-accent);
  }
  button.primary:hover,
  .button.primary:hover {
    background: color-mix(in oklch, var(--accent) 88%, var(--ink));
  }
  button.quiet,
  .button.quiet {
    border-color: transparent;
    background: transparent;
    color: var(--muted);
    font-weight: 500;
  }
  button.quiet:hover,
  .button.quiet:hover {
    background: var(--sunk);
    color: var(--ink);
  }
  button.danger {
    color: var(--bad);
  }
  button.primary.danger {
    background: var(--bad);
    color: var(--card);
  }
  button[aria-pressed='true'] {
    border-color: var(--accent);
    background: var(--accent-soft);
    color: var(--ink);
  }
  /* Not disabled while its request is under way: that would take the focus from whoever pressed it. */
  button[aria-disabled='true'] {
    opacity: 0.55;
    cursor: default;
  }
  label,
  legend,
  .label {
    display: block;
    font-size: var(--text-2);
    font-weight: 600;
  }
  .field {
    display: grid;
    gap: 6px;
    grid-template-columns: minmax(0, 1fr);
  }
  .hint {
    color: var(--muted);
    font-size: var(--text-2);
    font-weight: 400;
  }
  input[type='text'],
  input[type='url'],
  input[type='password'],
  input[type='search'],
  input[type='number'],
  select,
  textarea {
    width: 100%;
    min-height: 44px;
    padding: 10px 12px;
    border: 1px solid var(--edge);
    border-radius: var(--radius);
    background: var(--card);
    color: var(--ink);
    font: 400 var(--text-3) / 1.45 var(--body-font);
  }
  input[type='file'] {
    max-width: 100%;
    font: 400 var(--text-2) / 1.4 var(--body-font);
    color: var(--muted);
  }
  ::file-selector-button {
    min-height: 44px;
    margin-right: 12px;
    padding: 8px 16px;
    border: 1px solid var(--edge);
    border-radius: var(--radius);
    background: var(--card);
    color: var(--ink);
    font: 600 var(--text-2) / 1.2 var(--body-font);
    cursor: pointer;
  }
  textarea {
    resize: vertical;
    field-sizing: content;
  }
  ::placeholder {
    color: var(--muted);
    opacity: 1;
  }
  progress {
    width: 100%;
    height: 10px;
    appearance: none;
    border: 1px solid var(--edge);
    border-radius: 5px;
    background: var(--sunk);
    overflow: hidden;
  }
  progress::-webkit-progress-bar {
    background: var(--sunk);
  }
  progress::-webkit-progress-value {
    background: var(--accent);
  }
  progress::-moz-progress-bar {
    background: var(--accent);
  }
  summary {
    cursor: pointer;
    padding: 8px 0;
    font-size: var(--text-2);
    color: var(--muted);
  }
  dialog {
    width: min(36rem, calc(100vw - 24px));
    max-height: calc(100dvh - 24px);
    padding: 20px;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--card);
    color: var(--ink);
    box-shadow: var(--lift);
    overflow: auto;
  }
  dialog::backdrop {
    background: oklch(0.2 0.02 60 / 0.5);
  }
  /* Hidden until it has been placed: the toggle event comes a frame after it opens. */
  [popover] {
    visibility: hidden;
    margin: 0;
    inset: auto;
    position: fixed;
    padding: 6px;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--card);
    color: var(--ink);
    box-shadow: var(--lift);
    max-width: min(22rem, calc(100vw - 16px));
  }
`
