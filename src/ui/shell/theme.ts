/**
 * Light or dark, on the document and on the browser's own edges. The last choice is kept beside the node's store (it is
 * no secret), so that a page has its colours before the node answers.
 */
import type { SettingsView } from '../../rpc/views.ts'

type Theme = SettingsView['theme']

const KEY = 'kith-theme'
const themes: readonly string[] = ['system', 'light', 'dark'] satisfies Theme[]

/** The paper of styles/tokens.ts, as the browser's edges want it. */
const PAPER = { light: '#f9f4ea', dark: '#1a1510' } as const

const isTheme = (value: string | null): value is Theme => value !== null && themes.includes(value)

/** Storage is refused in some windows; the choice is then known once the node answers. */
const remembered = (): string | null => {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}

const remember = (theme: Theme): void => {
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // See above.
  }
}

const show = (theme: Theme): void => {
  document.documentElement.dataset.theme = theme
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name=theme-color]'))
    meta.content = PAPER[theme === 'system' ? (meta.media.includes('dark') ? 'dark' : 'light') : theme]
}

/** Shows a theme and remembers it for the next start. */
export const applyTheme = (theme: Theme): void => {
  if (document.documentElement.dataset.theme === theme) return
  show(theme)
  remember(theme)
}

/** Shows the theme of the last time, if there was one. */
export const applyLastTheme = (): void => {
  const theme = remembered()
  if (isTheme(theme)) show(theme)
}
