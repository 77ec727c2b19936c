/**
 * Which test file runs where. tests/{core,node,ui,browser} run in browsers, tests/{core,node,host,cli} on Node, tests/e2e
 * drives whole browsers, tests/long is one of the slow suites. `*.node.test.ts` runs on Node alone, and
 * `*.browser.test.ts` in browsers alone, wherever it stands.
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { paths } from './paths.mjs'

const BROWSER_FOLDERS = ['core', 'node', 'ui', 'browser']
const NODE_FOLDERS = ['core', 'node', 'host', 'cli']

/** Folders of tests/node that lean on what browsers do each in its own way: storage, keys, cryptography. */
const ENGINE_FOLDERS = ['stores', 'keys', 'crypto']

const isNodeOnly = (file) => file.endsWith('.node.test.ts')
const isBrowserOnly = (file) => file.endsWith('.browser.test.ts')

/** Test files below tests/, as repository paths with forward slashes, sorted. */
const allTests = async () => {
  const found = await readdir(join(paths.root, 'tests'), { recursive: true })
  return found
    .map((file) => `tests/${file.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.test.ts'))
    .sort()
}

const folderOf = (file) => file.split('/')[1]

/** What runs on Node suffices day by day; the engines follow in the slow suites. */
const isRepeated = (file) => folderOf(file) === 'node' && !ENGINE_FOLDERS.includes(file.split('/')[2])

/**
 * `only` is a list of folder names or parts of a file's path; undefined means all. `browser` runs in every engine,
 * `repeated` with the slow suites.
 */
export const selectTests = async ({ only }) => {
  const isWanted = (file) => !only || only.some((part) => folderOf(file) === part || file.includes(`/${part}`))
  const files = (await allTests()).filter(isWanted)
  const inFolders = (folders) => files.filter((file) => folders.includes(folderOf(file)))
  const inBrowsers = inFolders(BROWSER_FOLDERS).filter((file) => !isNodeOnly(file))
  return {
    browser: inBrowsers.filter((file) => !isRepeated(file)),
    repeated: inBrowsers.filter(isRepeated),
    node: files.filter((file) => isNodeOnly(file) || (NODE_FOLDERS.includes(folderOf(file)) && !isBrowserOnly(file))),
    e2e: inFolders(['e2e']),
    long: inFolders(['long']),
  }
}
