/** Is what was built older than what it is built from? */
import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { buildOrExit } from './bundle.mjs'
import { paths } from './paths.mjs'

const SOURCES = ['src', 'public', 'scripts/lib', 'package-lock.json']

/** Folders count too: their time moves when a file in them is deleted. */
const newest = async (path) => {
  if (!existsSync(path)) return 0
  const { mtimeMs, isDirectory } = await stat(path).then((s) => ({ mtimeMs: s.mtimeMs, isDirectory: s.isDirectory() }))
  if (!isDirectory) return mtimeMs
  const times = await Promise.all((await readdir(path)).map((name) => newest(join(path, name))))
  return Math.max(mtimeMs, ...times)
}

const isFresh = async () => {
  const stamp = join(paths.meta, 'built.json')
  if (!existsSync(stamp) || !existsSync(paths.web)) return false
  const { mtimeMs } = await stat(stamp)
  const sources = await Promise.all(SOURCES.map((source) => newest(join(paths.root, source))))
  return Math.max(...sources) < mtimeMs
}

/** Builds when something changed since the last build. */
export const buildIfStale = async () => {
  if (await isFresh()) return
  console.log('Building ...')
  await buildOrExit()
}
