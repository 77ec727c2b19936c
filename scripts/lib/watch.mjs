/** Calls back after sources changed: once a burst, never twice at a time. */
import { existsSync, watch } from 'node:fs'
import { join } from 'node:path'
import { paths } from './paths.mjs'

const SETTLE_MS = 150

/** Errors of `action` are printed and the watch goes on: half-written code is the normal case here. */
export const onSourceChange = (action) => {
  let timer
  let running = false
  const run = async () => {
    if (running) return schedule()
    running = true
    await action().catch((error) => console.error(error.message))
    running = false
  }
  const schedule = () => {
    clearTimeout(timer)
    timer = setTimeout(run, SETTLE_MS)
  }
  for (const folder of ['src', 'public'].map((name) => join(paths.root, name)))
    if (existsSync(folder)) watch(folder, { recursive: true }, schedule)
}
