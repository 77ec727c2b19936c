/** Looks of a row of dots and of what it says. */
import { css } from 'lit'

export const copyStyles = css`
  button.dots {
    min-width: 44px;
    padding: 8px;
    gap: 4px;
  }
  i {
    display: block;
    width: 9px;
    height: 9px;
    border-radius: 50%;
    border: 1.5px solid var(--edge);
    flex: none;
  }
  i.live,
  i.always {
    background: var(--good);
    border-color: var(--good);
  }
  i.always {
    box-shadow:
      0 0 0 1.5px var(--card),
      0 0 0 3px var(--good);
    margin: 0 2px;
  }
  .about {
    width: 22rem;
    max-height: calc(100dvh - 16px);
    overflow: auto;
    padding: 14px 16px;
    font-size: var(--text-2);
  }
  .about > p {
    margin-top: 6px;
  }
  .about p .button {
    margin-top: 4px;
  }
  .holders {
    display: grid;
    gap: 12px;
    margin-top: 12px;
  }
  .holders li {
    display: flex;
    align-items: flex-start;
    gap: 10px;
  }
  .holders i {
    margin-top: 12px;
  }
  .holders i:not(.always) {
    margin-inline: 2px;
  }
  .holders div {
    min-width: 0;
  }
  .holders a {
    color: var(--ink);
    font-weight: 600;
    text-decoration: none;
  }
  .holders a:hover {
    text-decoration: underline;
  }
  .holders p {
    font-size: var(--text-1);
  }
  .holders p:empty {
    display: none;
  }
  .legend {
    display: grid;
    gap: 4px;
    margin-top: 12px;
    padding-top: 10px;
    border-top: 1px solid var(--line);
    color: var(--muted);
    font-size: var(--text-1);
  }
  .legend li {
    display: flex;
    align-items: center;
    gap: 10px;
  }
  .legend i:not(.always) {
    margin-inline: 2px;
  }
  @media (forced-colors: active) {
    i {
      border-color: CanvasText;
    }
    i.live,
    i.always {
      background: CanvasText;
      forced-color-adjust: none;
    }
  }
`
