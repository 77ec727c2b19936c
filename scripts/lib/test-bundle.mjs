/**
 * Browser tests are bundled beforehand, all in one esbuild call: npm packages with their exports maps and CommonJS ones
 * then load as they do in the app, and each test page makes a handful of requests instead of hundreds.
 */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import * as esbuild from 'esbuild'
import { browserOptions } from './bundle.mjs'
import { paths } from './paths.mjs'

const findWorkers = async () => {
  const found = await readdir(join(paths.root, 'tests'), { recursive: true })
  return found.filter((file) => file.endsWith('.worker.ts')).map((file) => `tests/${file}`)
}

const testOptions = {
  ...browserOptions,
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

/**
 * Files of one folder of tests/core share a page: they are pure and many, and a page takes longer to open than most of
 * them take to run. All others have a page each, so that what one leaves running disturbs no other.
 */
const pageOf = (file) => {
  const [, folder, topic, ...rest] = file.split('/')
  return folder === 'core' && rest.length > 0 ? `${folder}/${topic}` : file.replace(/^tests\//, '').replace(/\.ts$/, '')
}

const pagesOf = (files) => [...new Set(files.map(pageOf))]

/** A page of several files imports them all. */
const writePage = async (page, files) => {
  if (files.length === 1) return { in: files[0], out: page }
  const source = join(paths.testPages, `${page}.ts`)
  await mkdir(dirname(source), { recursive: true })
  const imports = files.map(
    (file) => `import '${relative(dirname(source), join(paths.root, file)).replaceAll('\\', '/')}'\n`,
  )
  await writeFile(source, imports.join(''))
  return { in: source, out: page }
}

const bundle = async (files) => {
  const pages = pagesOf(files).map((page) =>
    writePage(
      page,
      files.filter((file) => pageOf(file) === page),
    ),
  )
  const workers = (await findWorkers()).map((file) => ({
    in: file,
    out: file.replace(/^tests\//, '').replace(/\.ts$/, ''),
  }))
  await esbuild.build({ ...testOptions, sourcemap: 'inline', entryPoints: [...(await Promise.all(pages)), ...workers] })
  return pagesOf(files).map((page) => join(paths.tests, `${page}.js`))
}

/**
 * `files` are source paths. Answers the built modules, and the files that could not be built: one broken suite must not
 * keep the others from running.
 */
export const bundleTests = async (files) => {
  await rm(paths.tests, { recursive: true, force: true })
  try {
    return { built: await bundle(files), broken: [] }
  } catch {
    const usable = await Promise.all(files.map(canBundle))
    const whole = files.filter((_, index) => usable[index])
    return { built: await bundle(whole), broken: files.filter((_, index) => !usable[index]) }
  }
}
