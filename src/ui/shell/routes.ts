/** Addresses and the pages behind them. Home is part of the shell; the others load when they are opened. */
import { t } from '../messages/index.ts'

/** A page to show: its element, its name for the window, and what the address says to it. */
export interface Match {
  readonly tag: string
  readonly title: string
  readonly params: Readonly<Record<string, string>>
  readonly load: () => Promise<unknown>
  /** Also there for people who have not signed in. */
  readonly open?: boolean
}

interface Route extends Omit<Match, 'params'> {
  /** Named groups become properties of the page. */
  readonly path: RegExp
}

const resident = (): Promise<void> => Promise.resolve()

const lost: Omit<Match, 'params'> = {
  tag: 'kith-lost-page',
  title: t.lost.heading,
  load: () => import('../pages/lost-page.ts'),
}

const routes: readonly Route[] = [
  { path: /^\/(?:index\.html)?$/, tag: 'kith-home-page', title: '', load: resident },
  { path: /^\/(?<view>replies)$/, tag: 'kith-home-page', title: t.home.replies, load: resident },
  {
    // Exactly the spelling of a person's id (SHA-256, dag-cbor, base32): a mistyped one is a wrong address, nobody.
    path: /^\/@(?<person>bafyrei[a-z2-7]{51}[aeimquy4])$/,
    tag: 'kith-person-page',
    title: '',
    load: () => import('../pages/person-page.ts'),
  },
  {
    path: /^\/post\/(?<entry>[a-z2-7]+)$/,
    tag: 'kith-thread-page',
    title: t.thread.heading,
    load: () => import('../pages/thread-page.ts'),
  },
  // Where the browser sends web+kith: links, see manifest.webmanifest.
  {
    path: /^\/(?:people|follow)$/,
    tag: 'kith-people-page',
    title: t.peoplePage.heading,
    load: () => import('../pages/people-page.ts'),
  },
  { path: /^\/write$/, tag: 'kith-write-page', title: t.write.heading, load: () => import('../pages/write-page.ts') },
  { path: /^\/notes$/, tag: 'kith-notes-page', title: t.notes.heading, load: () => import('../pages/notes-page.ts') },
  {
    path: /^\/notes\/(?<note>[a-z2-7]+)$/,
    tag: 'kith-note-page',
    title: t.notes.body,
    load: () => import('../pages/note-page.ts'),
  },
  {
    path: /^\/shared$/,
    tag: 'kith-shared-page',
    title: t.sharing.page.heading,
    load: () => import('../pages/shared-page.ts'),
    open: true,
  },
  { path: /^\/you$/, tag: 'kith-you-page', title: t.you.heading, load: () => import('../pages/you-page.ts') },
  {
    path: /^\/you\/words$/,
    tag: 'kith-words-page',
    title: t.words.heading,
    load: () => import('../pages/words-page.ts'),
  },
  {
    path: /^\/you\/jobs\/(?<job>[\w-]+)$/,
    tag: 'kith-job-page',
    title: t.job.import,
    load: () => import('../pages/job-page.ts'),
    open: true,
  },
  {
    path: /^\/you\/storage$/,
    tag: 'kith-storage-page',
    title: t.storage.heading,
    load: () => import('../pages/storage-page.ts'),
  },
  {
    path: /^\/you\/devices$/,
    tag: 'kith-devices-page',
    title: t.devices.heading,
    load: () => import('../pages/devices-page.ts'),
  },
  {
    path: /^\/you\/settings$/,
    tag: 'kith-settings-page',
    title: t.settings.heading,
    load: () => import('../pages/settings-page.ts'),
  },
  {
    path: /^\/connection$/,
    tag: 'kith-connection-page',
    title: t.connection.heading,
    load: () => import('../pages/connection-page.ts'),
    open: true,
  },
  {
    path: /^\/welcome\/words$/,
    tag: 'kith-restore-page',
    title: t.restore.heading,
    load: () => import('../pages/restore-page.ts'),
    open: true,
  },
]

/** The page behind a path; every path has one. */
export const matchPath = (path: string): Match => {
  const clean = path.length > 1 ? path.replace(/\/$/, '') : path
  for (const { path: pattern, ...route } of routes) {
    const found = pattern.exec(clean)
    if (found) return { ...route, params: { ...found.groups } }
  }
  return { ...lost, params: {} }
}
