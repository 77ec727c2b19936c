/** `npm run kith -- COMMAND ...`: installs and builds what is missing, then runs the command line. */
import { ensureInstall } from './ensure-install.mjs'

ensureInstall()
const { buildIfStale } = await import('./lib/fresh.mjs')
const { paths } = await import('./lib/paths.mjs')
const { become } = await import('./lib/run.mjs')

await buildIfStale()
become(`${paths.dist}/cli/main.js`, process.argv.slice(2))
