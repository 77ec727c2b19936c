/** Bundle sizes: gzipped bytes a browser loads before each part works, against their budgets. */
import { measureBudgets, measureLater } from '../scripts/lib/sizes.mjs'
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
const later = (await measureLater()).map(
  ({ title, bytes, outputs }): Measurement => ({
    name: title,
    value: bytes / 1000,
    unit: 'KB gzip',
    note: `${outputs.length} files, after the start`,
  }),
)
report('bundles', 'Bundle sizes', [...rows, ...later])
