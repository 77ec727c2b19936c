/** End-to-end tests take everything from here: a host as a child process, and three browsers behind one interface. */
export { type Browser, type Engine, launchBrowser, requireEngines } from './e2e/browser.ts'
export { type Host, startHost } from './e2e/host.ts'
export type { Page, Upload } from './e2e/page.ts'
export { waitFor } from './e2e/wait.ts'
