/** `npm run build`: everything into dist/. `--dev` leaves names readable, `--watch` builds again at each change. */
import { ensureInstall } from './ensure-install.mjs'

ensureInstall()
const { buildAll, buildOrExit } = await import('./lib/bundle.mjs')
const { describeBudgets } = await import('./lib/sizes.mjs')

const options = { dev: process.argv.includes('--dev') }
const started = Date.now()
await buildOrExit(options)
for (const line of (await describeBudgets()).lines) console.log(line)
console.log(`Built in ${((Date.now() - started) / 1000).toFixed(1)} s.`)

if (process.argv.includes('--watch')) {
  const { onSourceChange } = await import('./lib/watch.mjs')
  onSourceChange(async () => {
    await buildAll(options)
    console.log(`Built again at ${new Date().toLocaleTimeString()}.`)
  })
}
