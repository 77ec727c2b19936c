/** Finds the three browser engines on this machine, and installs them where that is Debian and we are root. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Debian's packages for everything that browser tests need. */
const DEBIAN_PACKAGES = ['chromium', 'firefox-esr', 'webkit2gtk-driver', 'xvfb']

/** The engines in the order they are reported. */
export const ENGINES = ['chromium', 'firefox', 'webkit']

const programFiles = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA]
  .filter(Boolean)
  .map((folder) => folder.replaceAll('\\', '/'))

const candidates = {
  chromium: [
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    ...programFiles.map((folder) => `${folder}/Google/Chrome/Application/chrome.exe`),
  ],
  firefox: [
    'firefox-esr',
    'firefox',
    '/Applications/Firefox.app/Contents/MacOS/firefox',
    ...programFiles.map((folder) => `${folder}/Mozilla Firefox/firefox.exe`),
  ],
  webkitDriver: ['WebKitWebDriver'],
  xvfb: ['xvfb-run'],
}

const findOnPath = (name) => {
  if (name.includes('/')) return existsSync(name) ? name : undefined
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

const findFirst = (key, override) => {
  if (override) return existsSync(override) ? override : undefined
  for (const name of candidates[key]) {
    const path = findOnPath(name)
    if (path) return path
  }
  return undefined
}

/** WebKitGTK's test browser stands in a folder named after the machine's architecture. */
const findMiniBrowser = () => {
  for (const folder of existsSync('/usr/lib') ? readdirSync('/usr/lib') : [])
    for (const version of ['webkit2gtk-4.1', 'webkitgtk-6.0', 'webkit2gtk-4.0']) {
      const path = `/usr/lib/${folder}/${version}/MiniBrowser`
      if (existsSync(path)) return path
    }
  return undefined
}

const findWebkit = () => {
  const driver = findFirst('webkitDriver', process.env.KITH_WEBKIT_DRIVER)
  const browser = findMiniBrowser()
  const xvfb = findFirst('xvfb')
  return driver && browser && (xvfb || process.env.DISPLAY) ? { driver, browser, xvfb } : undefined
}

/** What is installed: paths, undefined for what is missing. Environment variables win over the usual places. */
export const findBrowsers = () => ({
  chromium: findFirst('chromium', process.env.KITH_CHROMIUM),
  firefox: findFirst('firefox', process.env.KITH_FIREFOX),
  webkit: findWebkit(),
})

const canInstall = () => existsSync('/etc/debian_version') && process.getuid?.() === 0 && findOnPath('apt-get')

const aptGet = (...args) =>
  spawnSync('apt-get', args, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status

/** Installs Debian's packages when a wanted engine is missing and this process may; otherwise changes nothing. */
export const installBrowsers = (wanted) => {
  const found = findBrowsers()
  if (wanted.every((engine) => found[engine]) || !canInstall()) return
  console.log(`Installing Debian's ${DEBIAN_PACKAGES.join(', ')} ...`)
  aptGet('update', '-q')
  aptGet('install', '-y', '-q', '--no-install-recommends', ...DEBIAN_PACKAGES)
}

/** One plain sentence on how to get an engine that is missing. */
export const howToGet = (engine) =>
  ({
    chromium: 'no Chromium or Chrome found; install one or point KITH_CHROMIUM at it',
    firefox: 'no Firefox found; install it or point KITH_FIREFOX at it',
    webkit: 'no WebKitGTK driver found (Debian: webkit2gtk-driver and xvfb); install it or set KITH_WEBKIT_DRIVER',
  })[engine]

/** Chromium refuses its sandbox to root. */
export const isRoot = process.getuid?.() === 0
