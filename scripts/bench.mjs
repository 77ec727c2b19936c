/**
 * `npm run bench`: every bench/*.bench.ts, or those whose name contains one of the arguments (`npm run bench -- sync`).
 * They run one after another, because two at a time would measure each other. Options (`--quick`) are handed to each.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstall } from './ensure-install.mjs'

ensureInstall()
const { buildOrExit } = await import('./lib/bundle.mjs')
const { paths } = await import('./lib/paths.mjs')

const SUFFIX = '.bench.ts'
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const options = process.argv.slice(2).filter((word) => word.startsWith('--'))
const benches = readdirSync(join(paths.root, 'bench'))
  .filter((file) => file.endsWith(SUFFIX))
  .filter((file) => wanted.length === 0 || wanted.some((name) => file.includes(name)))
  .sort()

await buildOrExit()
const failed = benches.filter((file) => {
  const args = ['--import', 'tsx', join('bench', file), ...options]
  return spawnSync(process.execPath, args, { cwd: paths.root, stdio: 'inherit' }).status !== 0
})
if (failed.length) console.error(`failed: ${failed.join(', ')}`)
console.log(`${benches.length - failed.length} benchmarks ran; numbers as JSON in .cache/bench/`)
process.exit(failed.length ? 1 : 0)
