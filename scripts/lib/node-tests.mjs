/** Runs bundled test files on Node with node:test and counts the results. */
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { bundleNodeTests } from './node-test-bundle.mjs'

// The files' processes inherit it: traces name the source.
process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --enable-source-maps`.trim()

const isTest = (data) => data.details?.type !== 'suite'

/** node:test reports a file as a test of its own when nothing in it ran. */
const outcomeOf = (type, data) => {
  if (data.skip !== undefined) return 'skipped'
  return type === 'test:pass' ? 'passed' : 'failed'
}

/** `name` titles the line in the summary; files are repository paths. */
export const runNodeTests = async ({ name, files, grep, concurrency, timeout }) => {
  if (!files.length) return []
  const started = Date.now()
  const { built, broken } = await bundleNodeTests(files)
  for (const file of broken) console.log(`FAILED ${file}: it cannot be built`)
  const result = { suite: name, passed: 0, failed: broken.length, skipped: 0 }
  const stream = run({
    files: built,
    concurrency,
    timeout,
    ...(grep && { testNamePatterns: [grep] }),
  })
  for (const type of ['test:pass', 'test:fail'])
    stream.on(type, (data) => {
      if (isTest(data)) result[outcomeOf(type, data)]++
    })
  const printed = stream.compose(new spec())
  for await (const text of printed) process.stdout.write(text)
  return [{ ...result, ms: Date.now() - started }]
}
