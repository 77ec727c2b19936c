/**
 * Pictures of every page at three widths, light and dark, over a fake node: `node scripts/screens.mjs [NAME…]`.
 * They land in .cache/screens; `--serve` keeps a server running instead, to look with one's own browser, and `--readme`
 * draws docs/images/feed.png anew (with Debian's fonts-noto-color-emoji for the reactions).
 */
import { mkdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import * as esbuild from 'esbuild'
import { chromium } from 'playwright-core'
import { paths } from './lib/paths.mjs'

const folder = join(paths.root, '.cache/screens')
const bundle = join(folder, 'bundle')
const WIDTHS = [360, 1280, 1600]
const HEIGHT = 900
const ADA = `bafyreib${'ada'.padEnd(50, 'k7qz2mwx5').slice(0, 50)}a`

const problem = (error) => ({ path: '/', scene: { problem: error } })

/** Name → address, scene, and what to do before the picture is taken. */
const screens = {
  welcome: { path: '/', scene: { world: 'none' } },
  invited: { path: `/@${ADA}`, scene: { world: 'none' } },
  restore: { path: '/welcome/words', scene: { world: 'none' } },
  home: { path: '/' },
  'home-alone': { path: '/', scene: { world: 'alone' } },
  'home-offline': { path: '/', scene: { world: 'offline' } },
  'home-loading': { path: '/', scene: { silent: ['home'] } },
  'home-full-disk': {
    path: '/',
    scene: { failing: { 'publish-post': { type: 'storage-full', used: 1_990_000_000, quota: 2_000_000_000 } } },
    act: async (page) => {
      await page.getByLabel("What's new?").fill('Nothing is lost when the disk is full.')
      await page.getByRole('button', { name: 'Post', exact: true }).click()
    },
  },
  'person-keys': { path: `/@${ADA}`, act: (page) => page.getByText('Details', { exact: true }).first().click() },
  copies: {
    path: '/',
    act: (page) => page.getByRole('button', { name: 'Kept here, waiting for people' }).first().click(),
  },
  'copies-held': {
    path: '/notes',
    act: (page) =>
      page
        .getByRole('button', { name: /of 2 elsewhere/ })
        .first()
        .click(),
  },
  'copies-theirs': {
    path: '/',
    act: (page) => page.getByRole('button', { name: 'You keep a copy of this' }).first().click(),
  },
  react: { path: '/', act: (page) => page.getByRole('button', { name: 'React', exact: true }).first().click() },
  delete: {
    path: '/',
    act: async (page) => {
      await page.getByRole('article', { name: 'Mira Falk' }).getByRole('button', { name: 'More' }).first().click()
      await page.getByRole('button', { name: 'Delete' }).click()
    },
  },
  reply: { path: '/', act: (page) => page.getByRole('button', { name: 'Reply', exact: true }).first().click() },
  replies: { path: '/replies' },
  thread: { path: '/', act: (page) => page.getByRole('article', { name: 'Ada' }).locator('.when').first().click() },
  'thread-gone': { path: '/post/zzzz' },
  person: { path: `/@${ADA}` },
  'person-unknown': { path: `/@bafyreib${'b'.repeat(50)}a` },
  people: { path: '/people', act: (page) => page.getByRole('button', { name: 'Show my code' }).click() },
  'people-alone': { path: '/people', scene: { world: 'alone' } },
  'people-bad-link': {
    path: '/people',
    act: async (page) => {
      await page.getByLabel('Link or code').fill('hello')
      await page.getByRole('button', { name: 'Follow', exact: true }).click()
    },
  },
  write: { path: '/write' },
  notes: { path: '/notes' },
  'notes-alone': { path: '/notes', scene: { world: 'alone' } },
  note: {
    path: '/notes/noteq',
    act: async (page) => {
      await page.getByLabel('Title').fill('Saturday')
      await page.getByRole('textbox', { name: 'Note' }).fill('Table for nine.\nBread, soup, the good glasses.')
    },
  },
  'note-shared': {
    path: '/notes/noteq',
    act: (page) => page.getByRole('button', { name: 'Share by link' }).click(),
  },
  'note-rewritten': {
    path: '/notes/notew',
    act: (page) => page.getByRole('button', { name: 'Stop sharing' }).scrollIntoViewIfNeeded(),
  },
  shared: { path: '/shared#link' },
  'shared-stranger': { path: '/shared#link', scene: { world: 'none' } },
  'shared-nobody': {
    path: '/shared#link',
    scene: { world: 'none', failing: { 'open-shared': { type: 'share-not-found', asked: 2, answered: 2 } } },
  },
  'shared-damaged': {
    path: '/shared#link',
    scene: { failing: { 'open-shared': { type: 'bad-share-link', reason: 'damaged' } } },
  },
  you: { path: '/you' },
  words: { path: '/you/words', act: (page) => page.getByRole('button', { name: 'Show my words' }).click() },
  'words-asked': {
    path: '/you/words',
    act: async (page) => {
      await page.getByRole('button', { name: 'Show my words' }).click()
      await page.getByRole('button', { name: 'I have written them down' }).click()
    },
  },
  importing: { path: '/you/jobs/running' },
  imported: { path: '/you/jobs/done' },
  'import-failed': { path: '/you/jobs/failed' },
  exported: { path: '/you/jobs/exported' },
  storage: { path: '/you/storage' },
  'storage-give': {
    path: '/you/storage',
    act: (page) => page.getByRole('button', { name: 'Change what you give' }).click(),
  },
  devices: { path: '/you/devices' },
  settings: { path: '/you/settings' },
  connection: { path: '/connection' },
  'connection-offline': { path: '/connection', scene: { world: 'offline' } },
  lost: { path: '/no/such/page' },
  'problem-http': problem({ type: 'unsupported', feature: 'secure-context' }),
  'problem-ed25519': problem({ type: 'unsupported', feature: 'ed25519' }),
  'problem-private': problem({ type: 'no-storage' }),
  'problem-keys': problem({ type: 'keys-lost' }),
  'problem-newer': problem({ type: 'newer-version' }),
}

const buildHarness = () =>
  esbuild.build({
    absWorkingDir: paths.root,
    entryPoints: { harness: 'tests/ui/support/harness.ts' },
    outdir: bundle,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    sourcemap: 'inline',
    logLevel: 'warning',
  })

const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Kith</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<script type="module" src="/bundle/harness.js"></script></head><body></body></html>`

/** The app's own policy for scripts, styles and pictures, so that what it forbids shows here first. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src blob:; require-trusted-types-for 'script'; trusted-types lit-html"

const serve = () =>
  new Promise((resolve) => {
    const server = createServer(async (request, response) => {
      const { pathname } = new URL(request.url, 'http://localhost')
      const file = pathname.startsWith('/bundle/') ? join(folder, pathname) : undefined
      response.setHeader('content-security-policy', POLICY)
      response.setHeader('content-type', extname(pathname) === '.js' ? 'text/javascript' : 'text/html')
      response.end(file ? await readFile(file).catch(() => '') : html)
    })
    server.listen(0, '127.0.0.1', () => resolve(server))
  })

const shoot = async (browser, origin, name, width, theme) => {
  const { path, scene = {}, act } = screens[name]
  const viewport = { width, height: HEIGHT }
  const context = await browser.newContext({
    viewport,
    colorScheme: theme,
    reducedMotion: 'reduce',
    isMobile: width < 600,
  })
  const page = await context.newPage()
  page.on(
    'console',
    (message) => message.type() === 'error' && console.log(`${name} ${width} ${theme}: ${message.text()}`),
  )
  page.on('pageerror', (error) => console.log(`${name} ${width} ${theme}: ${error}`))
  await page.addInitScript((value) => Object.assign(globalThis, { kithScene: value }), scene)
  await page.goto(origin + path)
  await page.locator('h1, .starting').first().waitFor({ state: 'attached' })
  await act?.(page)
  await page.waitForTimeout(scene.silent ? 500 : 250)
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  if (wide > 0) console.log(`${name} ${width} ${theme}: ${wide} px too wide`)
  await page.screenshot({ path: join(folder, `${name}-${width}-${theme}.png`) })
  await context.close()
}

/** Desk and phone of the README, one beside the other. */
const README = {
  width: 1120,
  height: 780,
  desk: { width: 960, height: 838, theme: 'light' },
  phone: { width: 360, height: 740, theme: 'dark' },
}

const shootHome = async (browser, origin, { width, height, theme }) => {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: theme, isMobile: width < 600 })
  await page.addInitScript(() => Object.assign(globalThis, { kithScene: { world: 'kept' } }))
  await page.goto(origin)
  await page.locator('kith-picture img').first().waitFor()
  await page.waitForTimeout(500)
  const png = await page.screenshot()
  await page.close()
  return `data:image/png;base64,${png.toString('base64')}`
}

const drawReadme = async (browser, origin) => {
  const desk = await shootHome(browser, origin, README.desk)
  const phone = await shootHome(browser, origin, README.phone)
  const page = await browser.newPage({ viewport: { width: README.width, height: README.height } })
  const frame = 'position:absolute;border-radius:14px;border:1px solid #0003;box-shadow:0 8px 28px #0003'
  await page.setContent(`<body style="margin:0;background:#e7e0d2">
    <img src="${desk}" style="${frame};left:24px;top:28px;width:826px">
    <img src="${phone}" style="${frame};right:24px;top:120px;width:296px"></body>`)
  await mkdir(join(paths.root, 'docs/images'), { recursive: true })
  await page.screenshot({ path: join(paths.root, 'docs/images/feed.png') })
}

await mkdir(folder, { recursive: true })
await buildHarness()
const server = await serve()
const origin = `http://127.0.0.1:${server.address().port}`
const options = process.argv.slice(2)
if (options.includes('--serve')) console.log(origin)
else {
  const args = ['--no-sandbox', '--disable-gpu']
  const browser = await chromium.launch({ executablePath: process.env.CHROME ?? '/usr/bin/chromium', args })
  if (options.includes('--readme')) await drawReadme(browser, origin)
  else await shootAll(browser)
  await browser.close()
  server.close()
}

async function shootAll(browser) {
  const names = options.filter((option) => option in screens)
  const sizes = options.filter((option) => /^\d+$/.test(option)).map(Number)
  const themes = ['light', 'dark'].filter(
    (theme) => !options.some((o) => o === 'light' || o === 'dark') || options.includes(theme),
  )
  for (const name of names.length ? names : Object.keys(screens))
    for (const width of sizes.length ? sizes : WIDTHS)
      for (const theme of themes) await shoot(browser, origin, name, width, theme)
}
