/**
 * Browser tests are bundled beforehand, all in one esbuild call: npm packages with their exports maps and CommonJS ones
 * then load as they do in the app, and each test page makes a handful of requests instead of hundreds.
 */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as esbuild from 'esbuild'
import { browserOptions } from './bundle.mjs'
import { paths } from './paths.mjs'

const findWorkers = async () => {
  const found = await readdir(join(paths.root, 'tests'), { recursive: true })
  return found.filter((file) => file.endsWith('.worker.ts')).map((file) => `tests/${file}`)
}

const testOptions = {
  ...browserOptions,
  outbase: join(paths.root, 'tests'),
  outdir: paths.tests,
  entryNames: '[dir]/[name]',
  chunkNames: 'chunks/[name]-[hash]',
  splitting: true,
  metafile: false,
  // Reached only on Node: a suite that runs in both worlds imports them behind a condition.
  external: ['node:*', 'lmdb'],
  define: { 'process.env.NODE_ENV': '"development"' },
}

const canBundle = async (file) => {
  try {
    await esbuild.build({ ...testOptions, entryPoints: [file], write: false, logLevel: 'silent' })
    return true
  } catch {
    return false
  }
}

const buildAt = (file) => join(paths.tests, file.replace(/^tests\//, '').replace(/\.ts$/, '.js'))

const bundle = async (files) =>
  esbuild.build({ ...testOptions, sourcemap: 'inline', entryPoints: [...files, ...(await findWorkers())] })

/**
 * `files` are source paths. Answers the built modules, and the files that could not be built: one broken suite must not
 * keep the others from running.
 */
export const bundleTests = async (files) => {
  await rm(paths.tests, { recursive: true, force: true })
  try {
    await bundle(files)
    return { built: files.map(buildAt), broken: [] }
  } catch {
    const usable = await Promise.all(files.map(canBundle))
    const whole = files.filter((_, index) => usable[index])
    await bundle(whole)
    return { built: whole.map(buildAt), broken: files.filter((_, index) => !usable[index]) }
  }
}
