/** Browser tests under web-test-runner: launchers for three engines and the vectors' address. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromeLauncher } from '@web/test-runner-chrome'
import { webdriverLauncher } from '@web/test-runner-webdriver'
import { isRoot } from './scripts/lib/browsers.mjs'
import { paths } from './scripts/lib/paths.mjs'
import { webkitCapabilities } from './scripts/lib/webkit-driver.mjs'

/**
 * Milliseconds for a browser or a page to start. Like all limits here many times what it takes: they end what hangs, and
 * a machine that is busy with other things for half a minute must not meet them.
 */
const START_TIMEOUT = 240_000

const chromium = (executablePath) => {
  const args = ['--disable-background-networking', ...(isRoot ? ['--no-sandbox'] : [])]
  const launcher = chromeLauncher({ launchOptions: { executablePath, args, timeout: START_TIMEOUT } })
  launcher.name = 'Chromium'
  return launcher
}

const firefox = (executablePath) => {
  const launcher = chromeLauncher({
    launchOptions: { browser: 'firefox', executablePath, headless: true, timeout: START_TIMEOUT },
  })
  launcher.name = 'Firefox'
  return launcher
}

const webkit = ({ browser, port }) => {
  const launcher = webdriverLauncher({
    automationProtocol: 'webdriver',
    hostname: '127.0.0.1',
    port,
    path: '/',
    logLevel: 'error',
    // The driver offers no BiDi; without this webdriverio would insist on it.
    capabilities: { ...webkitCapabilities(browser), 'wdio:enforceWebDriverClassic': true },
  })
  const initialize = launcher.initialize.bind(launcher)
  launcher.initialize = async (config) => {
    await initialize(config)
    launcher.name = 'WebKit'
  }
  return launcher
}

const launchers = { chromium, firefox, webkit }

/**
 * Vectors of other projects stand outside the repository, in the folder that KITH_VECTORS names. A missing one is an
 * empty answer, or an error where everything is required.
 */
const serveVectors = async (context, next) => {
  const [, name] = context.path.match(/^\/vectors\/([\w-]+)\.json$/) ?? []
  if (!name) return next()
  context.set('cache-control', 'no-store')
  try {
    context.body = await readFile(join(process.env.KITH_VECTORS ?? '', `${name}.json`))
    context.type = 'json'
  } catch {
    context.status = process.env.KITH_REQUIRE_ALL === '1' ? 500 : 204
  }
}

/** `files` are built modules; `engines` maps an engine to its launcher's argument. */
export const testRunnerConfig = ({ files, engines, grep, port }) => ({
  files,
  rootDir: paths.root,
  port,
  browsers: Object.entries(engines).map(([engine, where]) => launchers[engine](where)),
  // Two cores: more pages at a time make tests with deadlines fail for want of time.
  concurrentBrowsers: 2,
  concurrency: Object.keys(engines).length > 1 ? 1 : 2,
  browserStartTimeout: START_TIMEOUT,
  testsStartTimeout: START_TIMEOUT,
  testsFinishTimeout: 900_000,
  middleware: [serveVectors],
  testFramework: { config: { timeout: 240_000, ...(grep && { grep }) } },
})
