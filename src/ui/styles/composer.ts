/** Looks of the composer. */
import { css } from 'lit'

export const composerStyles = css`
  form {
    display: grid;
    gap: 8px;
    padding: 12px;
  }
  /* The whole form shows the focus of its text. */
  textarea:focus {
    outline: none;
  }
  form:has(textarea:focus) {
    outline: 2px solid var(--accent);
    outline-offset: -1px;
  }
  textarea {
    min-height: 60px;
    max-height: 60vh;
    padding: 8px;
    border-color: transparent;
    background: none;
    resize: none;
  }
  :host([plain]) form {
    padding: 8px;
  }
  :host([roomy]) textarea {
    min-height: 180px;
  }
  .row {
    justify-content: space-between;
  }
  .row .quiet {
    padding-inline: 8px;
  }
  .row .primary {
    min-width: 96px;
  }
  /* Not disabled: pressing it says what is missing. */
  .row .primary[data-idle] {
    background: var(--accent-soft);
    color: var(--muted);
  }
  .chosen {
    display: grid;
    gap: 8px;
  }
  .chosen li {
    display: grid;
    grid-template-columns: 64px minmax(0, 1fr) auto;
    align-items: center;
    gap: 8px;
  }
  .chosen input {
    padding-inline: 8px;
    font-size: var(--text-2);
  }
  .replying {
    padding-inline: 8px;
  }
  .chosen img {
    width: 64px;
    height: 64px;
    object-fit: cover;
    border-radius: 8px;
    border: 1px solid var(--line);
  }
`
