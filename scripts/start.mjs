/** `npm start`: installs and builds what is missing, then runs the host. Options after `--` go to the host. */
import { ensureInstall } from './ensure-install.mjs'

ensureInstall()
const { buildIfStale } = await import('./lib/fresh.mjs')
const { paths } = await import('./lib/paths.mjs')
const { become } = await import('./lib/run.mjs')

await buildIfStale()
become(`${paths.dist}/host/main.js`, process.argv.slice(2))
