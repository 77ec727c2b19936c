/** `npm run dev`: a readable build and a host; both again at each change. Options after `--` go to the host. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { ensureInstall } from './ensure-install.mjs'

ensureInstall()
const { buildAll } = await import('./lib/bundle.mjs')
const { paths } = await import('./lib/paths.mjs')
const { onSourceChange } = await import('./lib/watch.mjs')

let host

const stopHost = async () => {
  if (!host || host.exitCode !== null || host.signalCode) return
  host.kill('SIGTERM')
  await once(host, 'exit')
}

const buildAndServe = async () => {
  await buildAll({ dev: true })
  await stopHost()
  host = spawn(process.execPath, [`${paths.dist}/host/main.js`, ...process.argv.slice(2)], { stdio: 'inherit' })
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stopHost().then(() => process.exit(0)))
await buildAndServe().catch((error) => console.error(error.message))
onSourceChange(buildAndServe)
