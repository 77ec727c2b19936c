/**
 * The window's own comings and goings. A window that is closed or frozen says goodbye while it still can, so that its
 * sessions move at once and, if it leads, another tab takes over; one that thaws comes back by itself.
 */

/** Listens until the returned function is called. */
export const followLifecycle = (options: {
  readonly leave: () => void
  readonly comeBack: () => void
}): (() => void) => {
  const listening = new AbortController()
  const { signal } = listening
  let isAway = false
  const leave = (): void => {
    isAway = true
    options.leave()
  }
  const comeBack = (): void => {
    if (!isAway) return
    isAway = false
    options.comeBack()
  }
  window.addEventListener('pagehide', leave, { signal })
  window.addEventListener('pageshow', comeBack, { signal })
  // Chromium's page lifecycle: hidden tabs are frozen after a while and may be discarded without another word.
  document.addEventListener('freeze', leave, { signal })
  document.addEventListener('resume', comeBack, { signal })
  return () => listening.abort()
}
