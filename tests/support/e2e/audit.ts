/** Accessibility of a whole page by axe-core, which looks through shadow roots itself. */
import axe, { type AxeResults } from 'axe-core'
import type { Driver } from './page.ts'

const SERIOUS = ['serious', 'critical']

/** One line a finding: its rule, what is wrong, and the elements. */
export const audit = async (driver: Driver): Promise<readonly string[]> => {
  const run = `() => { ${axe.source}; return axe.run(document, { resultTypes: ['violations'] }) }`
  const { violations } = await driver.evaluate<AxeResults>(run, [])
  return violations
    .filter(({ impact }) => SERIOUS.includes(impact ?? ''))
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)
}
