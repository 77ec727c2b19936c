/** Lines of people. */
import { css } from 'lit'

export const peopleLines = css`
  .person {
    display: flex;
    align-items: center;
    gap: 12px;
    min-height: 60px;
    padding: 8px 4px;
    color: var(--ink);
    text-decoration: none;
    border-radius: var(--radius);
  }
  .person:hover strong {
    text-decoration: underline;
  }
  .who {
    min-width: 0;
  }
  .note {
    display: -webkit-box;
    -webkit-line-clamp: 1;
    -webkit-box-orient: vertical;
    overflow: hidden;
    color: var(--muted);
    font-size: var(--text-2);
  }
`
