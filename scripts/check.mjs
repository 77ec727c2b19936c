/** `npm run check`: types, lint and format, dead code, import rules, size budgets. All run; any that fails fails all. */
import { ensureInstall } from './ensure-install.mjs'

ensureInstall()
const { buildAll } = await import('./lib/bundle.mjs')
const { brokenImports } = await import('./lib/import-rules.mjs')
const { missingFromLock } = await import('./lib/lock-file.mjs')
const { capture } = await import('./lib/run.mjs')
const { describeBudgets } = await import('./lib/sizes.mjs')

/** The tools' own programs, run by this Node: npx would add its start-up and its remarks. */
const tool = (path, ...args) => capture(process.execPath, [`node_modules/${path}`, ...args])

const bundles = async () => {
  await buildAll()
  const sizes = await describeBudgets()
  const imports = await brokenImports()
  return { code: sizes.ok && !imports.length ? 0 : 1, output: [...sizes.lines, ...imports, ''].join('\n') }
}

const lockFile = async () => {
  const missing = await missingFromLock()
  return { code: missing.length ? 1 : 0, output: `${missing.join('\n')}\n` }
}

const checks = {
  'types (tsc)': () => tool('typescript/bin/tsc', '-b'),
  'lint, format, import rules (biome)': () =>
    tool('@biomejs/biome/bin/biome', 'ci', '--error-on-warnings', '--colors=off'),
  'dead code (knip)': () => tool('knip/bin/knip.js'),
  'size budgets, types-only imports': bundles,
  'package-lock.json is complete': lockFile,
}

const runCheck = async ([title, check]) => {
  const started = Date.now()
  const { code, output } = await check().catch((error) => ({ code: 1, output: `${error.message}\n` }))
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${title} (${((Date.now() - started) / 1000).toFixed(1)} s)`)
  if (code !== 0 || check === bundles) console.log(output.replaceAll(/^(?=.)/gm, '       '))
  return code === 0
}

const results = await Promise.all(Object.entries(checks).map(runCheck))
process.exit(results.every(Boolean) ? 0 : 1)
