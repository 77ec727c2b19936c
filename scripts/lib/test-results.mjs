/** What a run of tests comes to: one line a suite, and one total. */

/** A suite that could not run at all, as one skipped test, or one failed where everything is required. */
export const missingSuite = (suite, reason) => {
  const isFailure = process.env.KITH_REQUIRE_ALL === '1'
  console.log(`${isFailure ? 'FAILED' : 'SKIPPED'} ${suite}: ${reason}`)
  return { suite, passed: 0, failed: isFailure ? 1 : 0, skipped: isFailure ? 0 : 1, ms: 0 }
}

const sum = (results, outcome) => results.reduce((total, result) => total + result[outcome], 0)

const row = (suite, ...cells) => suite.padEnd(12) + cells.map((cell) => String(cell).padStart(9)).join('')

/** Prints the table and, alone on the last line, the totals. Returns whether the run passed; an empty one did not. */
export const printResults = (results) => {
  console.log(`\n${row('Suite', 'passed', 'failed', 'skipped', 'time')}`)
  for (const { suite, passed, failed, skipped, ms } of results)
    console.log(row(suite, passed, failed, skipped, `${(ms / 1000).toFixed(1)} s`))
  const [passed, failed, skipped] = ['passed', 'failed', 'skipped'].map((outcome) => sum(results, outcome))
  console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`)
  return failed === 0 && passed + skipped > 0
}
