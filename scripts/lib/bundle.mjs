/** Runs esbuild over the table of entries: one function a runtime, all leaving their metafile in .cache/meta. */
import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as esbuild from 'esbuild'
import { groups } from './entries.mjs'
import { writeIndexHtml } from './html.mjs'
import { minifierMark, writeMinified } from './minify.mjs'
import { paths } from './paths.mjs'
import { precacheManifest } from './precache.mjs'

/** @satisfies {esbuild.BuildOptions} */
const common = /** @type {const} */ ({
  absWorkingDir: paths.root,
  bundle: true,
  metafile: true,
  sourcemap: 'linked',
  sourcesContent: true,
  logLevel: 'warning',
  legalComments: 'none',
})

/** What every bundle for browsers shares, tests included. */
export const browserOptions = /** @type {const} */ ({
  ...common,
  platform: 'browser',
  format: 'esm',
  target: 'es2022',
  alias: {
    // The package's main file wants Node's streams; its own minified build carries what it needs.
    'simple-peer': 'simple-peer/simplepeer.min.js',
    // Dexie's main entry wraps the build for ES5; the modern one does the same in 1.5 KB (gzip) less.
    dexie: 'dexie/dist/modern/dexie.mjs',
  },
})

const webOptions = (group, { dev }) => ({
  ...browserOptions,
  entryPoints: groups[group],
  outdir: paths.web,
  entryNames: 'assets/[name]-[hash]',
  chunkNames: `assets/${group}-[name]-[hash]`,
  assetNames: 'assets/[name]-[hash]',
  publicPath: '/',
  splitting: true,
  minify: !dev,
  write: dev,
  footer: dev ? {} : { js: minifierMark },
  define: { 'process.env.NODE_ENV': JSON.stringify(dev ? 'development' : 'production') },
})

const serviceWorkerOptions = async ({ dev }) => ({
  ...browserOptions,
  entryPoints: groups.sw,
  outdir: paths.web,
  // Classic and in one piece: Firefox ESR has no module service workers.
  format: 'iife',
  minify: !dev,
  write: dev,
  define: {
    'process.env.NODE_ENV': JSON.stringify(dev ? 'development' : 'production'),
    'self.__WB_MANIFEST': JSON.stringify(await precacheManifest()),
  },
})

const hostOptions = () => ({
  ...common,
  entryPoints: groups.host,
  outdir: paths.dist,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
})

const buildGroup = async (group, options) => {
  const { metafile, outputFiles } = await esbuild.build(options)
  if (outputFiles) await writeMinified(outputFiles)
  await writeFile(join(paths.meta, `${group}.json`), JSON.stringify(metafile))
  return metafile
}

/** Hashed files of earlier builds would be precached for ever. */
const removeOldAssets = async (metafiles) => {
  const current = new Set(metafiles.flatMap(({ outputs }) => Object.keys(outputs)))
  const folder = join(paths.web, 'assets')
  for (const file of existsSync(folder) ? await readdir(folder) : [])
    if (!current.has(`dist/web/assets/${file}`)) await rm(join(folder, file), { recursive: true })
}

const buildWeb = async (options) => {
  const [app, node] = await Promise.all([
    buildGroup('app', webOptions('app', options)),
    buildGroup('node', webOptions('node', options)),
  ])
  await removeOldAssets([app, node])
  const publicFolder = join(paths.root, 'public')
  if (existsSync(publicFolder)) await cp(publicFolder, paths.web, { recursive: true })
  await writeIndexHtml({ app, node })
  // Last, because it lists what the others wrote.
  await buildGroup('sw', await serviceWorkerOptions(options))
}

/** Builds everything into dist; `dev` keeps names readable. A host that serves the folder meanwhile keeps working. */
export const buildAll = async (options = { dev: false }) => {
  await mkdir(paths.web, { recursive: true })
  await mkdir(paths.meta, { recursive: true })
  // Both come to their end even when one fails: a broken page must not hide whether the host builds.
  const runs = await Promise.allSettled([buildWeb(options), buildGroup('host', hostOptions())])
  for (const run of runs) if (run.status === 'rejected') throw run.reason
  await writeFile(join(paths.meta, 'built.json'), JSON.stringify(options))
}

/** For programs: esbuild has printed what is wrong with its own bundles, so a sentence is enough. */
export const buildOrExit = async (options) => {
  try {
    await buildAll(options)
  } catch (error) {
    console.error(error.message.split('\n')[0])
    process.exit(1)
  }
}
