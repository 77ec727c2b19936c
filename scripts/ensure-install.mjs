/**
 * Makes a fresh or stale clone ready: runs `npm ci` when node_modules does not hold what package-lock.json asks for.
 * Plain Node without imports from npm, because nothing may be installed yet. Every other script calls it first.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const OLDEST_NODE = 20
const root = fileURLToPath(new URL('..', import.meta.url))

const readOrEmpty = (path) => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** By npm's own record of what it installed, and whether that is there: a record can outlive what it speaks of. */
const isInstalled = (lock) => {
  const record = readOrEmpty(`${root}node_modules/.package-lock.json`)
  if (!record) return false
  const installed = JSON.parse(record).packages
  return Object.entries(JSON.parse(lock).packages).every(
    ([path, wanted]) =>
      path === '' ||
      wanted.optional ||
      (installed[path]?.version === wanted.version && existsSync(`${root}${path}/package.json`)),
  )
}

const install = () => {
  console.log('Installing dependencies (npm ci) ...')
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (status === 0) return
  console.error('npm ci failed, see above. Without its dependencies Kith can neither be built nor started.')
  process.exit(1)
}

/** Ends the process with a plain sentence where Node is too old or the installation fails. */
export const ensureInstall = () => {
  const major = Number(process.versions.node.split('.')[0])
  if (major < OLDEST_NODE) {
    console.error(`Kith needs Node.js ${OLDEST_NODE} or later; this is ${process.version}.`)
    process.exit(1)
  }
  const lock = readFileSync(`${root}package-lock.json`, 'utf8')
  if (!isInstalled(lock)) install()
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureInstall()
