/**
 * The design's few numbers: colours as OKLCH (light and dark from the same hues), five type sizes, a 4 px grid, one
 * radius, one shadow. Adopted by the document; custom properties reach into every element's shadow tree.
 */
import { css } from 'lit'

export const tokens = css`
  :root {
    color-scheme: light dark;
    --paper: light-dark(oklch(0.968 0.014 85), oklch(0.2 0.012 70));
    --card: light-dark(oklch(0.992 0.006 85), oklch(0.24 0.013 70));
    --sunk: light-dark(oklch(0.94 0.018 85), oklch(0.285 0.014 70));
    --ink: light-dark(oklch(0.26 0.022 60), oklch(0.93 0.012 85));
    --muted: light-dark(oklch(0.42 0.022 65), oklch(0.79 0.018 80));
    --line: light-dark(oklch(0.88 0.02 82), oklch(0.345 0.015 72));
    --edge: light-dark(oklch(0.6 0.025 75), oklch(0.58 0.02 75));
    --accent: light-dark(oklch(0.4 0.075 205), oklch(0.81 0.075 195));
    --on-accent: light-dark(oklch(0.99 0.008 85), oklch(0.2 0.03 205));
    --accent-soft: light-dark(oklch(0.925 0.03 195), oklch(0.32 0.04 205));
    --good: light-dark(oklch(0.5 0.11 150), oklch(0.78 0.13 150));
    --warn: light-dark(oklch(0.42 0.085 65), oklch(0.85 0.11 80));
    --warn-soft: light-dark(oklch(0.94 0.055 88), oklch(0.31 0.045 75));
    --bad: light-dark(oklch(0.43 0.15 27), oklch(0.8 0.11 25));
    --bad-soft: light-dark(oklch(0.94 0.03 25), oklch(0.31 0.055 25));
    --sun: light-dark(oklch(0.8 0.14 78), oklch(0.78 0.13 78));

    --text-1: 0.8125rem;
    --text-2: 0.9375rem;
    --text-3: 1.0625rem;
    --text-4: 1.3125rem;
    --text-5: 1.75rem;
    --body-font: -apple-system, 'Segoe UI Variable Text', 'Segoe UI', Roboto, Cantarell, 'Noto Sans', 'Liberation Sans',
      system-ui, sans-serif;
    --head-font: 'Iowan Old Style', 'Palatino Linotype', Palatino, P052, Charter, Georgia, serif;

    --radius: 10px;
    --lift: 0 6px 28px light-dark(oklch(0.3 0.03 60 / 0.18), oklch(0 0 0 / 0.55));
    --bar: 60px;
    --quick: 170ms;
  }
  :root[data-theme='light'] {
    color-scheme: light;
  }
  :root[data-theme='dark'] {
    color-scheme: dark;
  }
  html {
    background: var(--paper);
    color: var(--ink);
    font: 400 var(--text-3) / 1.5 var(--body-font);
    -webkit-text-size-adjust: 100%;
    text-size-adjust: 100%;
    scrollbar-gutter: stable;
    accent-color: var(--accent);
  }
  body {
    margin: 0;
  }
  ::view-transition-group(root),
  ::view-transition-old(root),
  ::view-transition-new(root) {
    animation-duration: var(--quick);
  }
  @media (prefers-reduced-motion: reduce) {
    :root {
      --quick: 0s;
    }
    ::view-transition-group(*),
    ::view-transition-old(*),
    ::view-transition-new(*) {
      animation: none !important;
    }
  }
`
