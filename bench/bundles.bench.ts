/** Bundle sizes: gzipped bytes a browser loads before each part works, against their budgets. */
import { measureBudgets } from '../scripts/lib/sizes.mjs'
import { type Measurement, report } from './support/report.ts'

const measured = await measureBudgets()
const rows = measured.map(
  ({ title, bytes, limit, outputs }): Measurement => ({
    name: title,
    value: bytes / 1000,
    limit: limit / 1000,
    unit: 'KB gzip',
    note: `${outputs.length} files`,
  }),
)
report('bundles', 'Bundle sizes', rows)
