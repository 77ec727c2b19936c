/** The frame: one column and a bar on phones, a rail from 900 px, a third column from 1280 px. */
import { css } from 'lit'

export const shellStyles = css`
  :host {
    min-height: 100dvh;
  }
  .frame {
    max-width: 640px;
    margin: 0 auto;
  }
  main {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    align-content: start;
    gap: 8px;
    padding: 4px 12px calc(var(--bar) + 32px + env(safe-area-inset-bottom));
    outline: none;
  }
  main.outside {
    max-width: 560px;
    margin: 0 auto;
    padding: clamp(20px, 7vh, 72px) 16px 32px;
  }
  .starting {
    display: grid;
    place-items: center;
    min-height: 60dvh;
    color: var(--muted);
    animation: appear 0.2s 0.3s both;
  }
  @keyframes appear {
    from {
      opacity: 0;
    }
  }
  .skip {
    position: fixed;
    top: 8px;
    left: 8px;
    z-index: 4;
    padding: 12px 16px;
    border-radius: var(--radius);
    background: var(--ink);
    color: var(--paper);
  }
  .skip:not(:focus) {
    clip-path: inset(50%);
    pointer-events: none;
  }
  kith-aside {
    display: none;
  }
  @media (min-width: 900px) {
    .frame {
      display: grid;
      grid-template-columns: 200px minmax(0, 640px);
      justify-content: center;
      gap: 32px;
      max-width: none;
      padding: 0 24px;
    }
    main {
      padding: 20px 0 64px;
    }
  }
  @media (min-width: 1280px) {
    .frame {
      grid-template-columns: 200px minmax(0, 640px) 300px;
    }
    kith-aside {
      display: block;
    }
  }
`
