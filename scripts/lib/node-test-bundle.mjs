/**
 * Tests for Node are bundled beforehand, too, all in one esbuild call: two hundred processes that each compile the whole
 * node take longer than most of the tests. Packages stay where they are.
 */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as esbuild from 'esbuild'
import { paths } from './paths.mjs'

/** Files are found beside the source that names them, not beside the bundle. */
const sourceUrls = {
  name: 'source-urls',
  setup(build) {
    build.onLoad({ filter: /\.(ts|mjs)$/ }, async ({ path }) => {
      if (path.includes('node_modules')) return undefined
      const source = await readFile(path, 'utf8')
      const contents = source.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
      return { contents, loader: path.endsWith('.ts') ? 'ts' : 'js' }
    })
  },
}

/** @type {import('esbuild').BuildOptions} */
const options = {
  absWorkingDir: paths.root,
  outbase: join(paths.root, 'tests'),
  outdir: paths.nodeTests,
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  sourcemap: true,
  logLevel: 'warning',
  plugins: [sourceUrls],
}

const bundle = (files) => esbuild.build({ ...options, entryPoints: files })

const canBundle = async (file) => {
  try {
    await esbuild.build({ ...options, entryPoints: [file], write: false, logLevel: 'silent' })
    return true
  } catch {
    return false
  }
}

const builtPath = (file) => join(paths.nodeTests, file.replace(/^tests\//, '').replace(/\.ts$/, '.mjs'))

/**
 * `files` are source paths. Answers the built modules, and the files that could not be built: one broken suite must not
 * keep the others from running.
 */
export const bundleNodeTests = async (files) => {
  await rm(paths.nodeTests, { recursive: true, force: true })
  try {
    await bundle(files)
    return { built: files.map(builtPath), broken: [] }
  } catch {
    const usable = await Promise.all(files.map(canBundle))
    const whole = files.filter((_, index) => usable[index])
    await bundle(whole)
    return { built: whole.map(builtPath), broken: files.filter((_, index) => !usable[index]) }
  }
}
