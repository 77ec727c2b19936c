/**
 * `npm test`: installs what is missing, builds, and runs what is run day by day: Node tests, browser tests in three
 * engines (of tests/node what is about the engine), then end-to-end runs. `npm run test:long` runs the slow suites
 * instead: the rest of tests/node in the engines, and tests/long. Filters for work on one thing:
 *   --only core,host   folders of tests/ or parts of a path    --engine chromium,webkit   browsers
 *   --grep TEXT        tests whose name matches                --long                     the slow suites
 * KITH_REQUIRE_ALL=1 makes a missing engine, vector or tool a failure instead of a skip.
 */
import { parseArgs } from 'node:util'
import { ensureInstall } from './ensure-install.mjs'

ensureInstall()
const { ENGINES, findBrowsers, howToGet, installBrowsers } = await import('./lib/browsers.mjs')
const { buildOrExit } = await import('./lib/bundle.mjs')
const { runBrowserTests } = await import('./lib/browser-tests.mjs')
const { runNodeTests } = await import('./lib/node-tests.mjs')
const { selectTests } = await import('./lib/test-files.mjs')
const { missingSuite, printResults } = await import('./lib/test-results.mjs')

/** Longest time for one file, in milliseconds: ten times what a slow machine takes. */
const TIMEOUTS = { node: 900_000, e2e: 1_800_000, long: 3_600_000 }

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    engine: { type: 'string' },
    grep: { type: 'string' },
    long: { type: 'boolean', default: false },
  },
})
// End-to-end tests read it; everything else gets its engines from here.
if (values.engine) process.env.KITH_ENGINES = values.engine
const { grep, long: isLong } = values
const tests = await selectTests({ only: values.only?.split(',') })
const wanted = values.engine?.split(',') ?? ENGINES
const results = []

/** The wanted engines that are here, after trying to get them; each that is not becomes a result of its own. */
const findEngines = () => {
  installBrowsers(wanted)
  const found = findBrowsers()
  for (const engine of wanted) if (!found[engine]) results.push(missingSuite(engine, howToGet(engine)))
  return Object.fromEntries(wanted.filter((engine) => found[engine]).map((engine) => [engine, found[engine]]))
}

/** Who names engines gets everything in them. */
const repeatsDaily = values.engine !== undefined

const runOnNode = async (name, files, timeout, concurrency = 1) =>
  results.push(...(await runNodeTests({ name, files, grep, timeout, concurrency })))
const runInBrowsers = async (files, engines) => results.push(...(await runBrowserTests({ files, engines, grep })))

const runDaily = async () => {
  const usesBuild = (file) => /^tests\/(host|cli|e2e)\//.test(file)
  if ([...tests.node, ...tests.e2e].some(usesBuild)) await buildOrExit()
  const repeated = repeatsDaily ? tests.repeated : []
  const needsEngines = tests.browser.length + repeated.length + tests.e2e.length > 0
  const engines = needsEngines ? findEngines() : {}
  await runOnNode('Node', tests.node, TIMEOUTS.node, 2)
  await runInBrowsers(tests.browser, engines)
  await runInBrowsers(repeated, engines)
  await runOnNode('End to end', tests.e2e, TIMEOUTS.e2e)
}

const runSlow = async () => {
  if (tests.long.length) await buildOrExit()
  const engines = tests.repeated.length + tests.long.length > 0 ? findEngines() : {}
  await runInBrowsers(tests.repeated, engines)
  await runOnNode('Long', tests.long, TIMEOUTS.long)
}

await (isLong ? runSlow() : runDaily())
process.exit(printResults(results) ? 0 : 1)
