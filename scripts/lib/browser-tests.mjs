/** Runs the bundled tests in each engine under web-test-runner and counts the results. */
import { defaultReporter, startTestRunner } from '@web/test-runner'
import { testRunnerConfig } from '../../web-test-runner.config.mjs'
import { bundleTests } from './test-bundle.mjs'
import { freePort, startWebkitDriver } from './webkit-driver.mjs'

/** In a log, progress bars are noise. */
const isTerminal = Boolean(process.stdout.isTTY)

const countSuite = (suite, counts) => {
  for (const test of suite.tests) counts[test.skipped ? 'skipped' : test.passed ? 'passed' : 'failed']++
  for (const inner of suite.suites) countSuite(inner, counts)
}

/** A page that broke before or after its tests counts as one failure more. */
const countSession = (session, counts) => {
  const before = counts.failed
  if (session.testResults) countSuite(session.testResults, counts)
  if (!session.passed && counts.failed === before) counts.failed++
}

const summarise = (sessions) => {
  const byEngine = new Map()
  for (const session of sessions) {
    const suite = session.browser.name
    if (!byEngine.has(suite)) byEngine.set(suite, { suite, passed: 0, failed: 0, skipped: 0 })
    countSession(session, byEngine.get(suite))
  }
  return [...byEngine.values()]
}

const bundleResult = (broken) => ({ suite: 'Not built', passed: 0, failed: broken.length, skipped: 0, ms: 0 })

const runToEnd = async (config) => {
  const runner = await startTestRunner({
    config,
    readCliArgs: false,
    readFileConfig: false,
    autoExitProcess: false,
  })
  await new Promise((resolve) => runner.on('stopped', resolve))
  return [...runner.sessions.all()]
}

/** `engines`: what browsers.mjs found, of the engines that are wanted. One result an engine. */
export const runBrowserTests = async ({ files, engines, grep }) => {
  if (!files.length || !Object.keys(engines).length) return []
  const started = Date.now()
  const { built, broken } = await bundleTests(files)
  for (const file of broken) console.log(`FAILED ${file}: it cannot be built, see above`)
  if (!built.length) return [bundleResult(broken)]
  const driver = engines.webkit && (await startWebkitDriver(engines.webkit))
  const found = { ...engines, ...(driver && { webkit: { ...engines.webkit, port: driver.port } }) }
  const config = testRunnerConfig({ files: built, engines: found, grep, port: await freePort() })
  try {
    const sessions = await runToEnd({
      ...config,
      staticLogging: !isTerminal,
      reporters: [defaultReporter({ reportTestProgress: isTerminal })],
    })
    const results = summarise(sessions).map((result) => ({ ...result, ms: Date.now() - started }))
    return broken.length ? [...results, bundleResult(broken)] : results
  } finally {
    driver?.stop()
  }
}
