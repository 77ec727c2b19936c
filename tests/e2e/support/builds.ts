/** Two builds of the app, as a host has them before and after it was updated. */
import { cp, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { paths } from '../../../scripts/lib/paths.mjs'
import type { Page } from '../../support/e2e.ts'

/** The folders of both; the first is the build under test. */
export interface Builds {
  readonly one: string
  readonly two: string
  readonly close: () => Promise<void>
}

/** Hash in the name of a built file. */
const HASH = /-([A-Z0-9]{8})\.(?:js|css|wasm)$/

/** Source maps are large and change nothing. */
const isServed = (path: string): boolean => !path.endsWith('.map')

const copyBuild = async (folder: string): Promise<string> => {
  await cp(process.env.KITH_DIST ?? paths.dist, join(folder, 'dist'), { recursive: true, filter: isServed })
  // The host reads its version from the one and finds its packages in the other.
  await cp(join(paths.root, 'package.json'), join(folder, 'package.json'))
  await symlink(join(paths.root, 'node_modules'), join(folder, 'node_modules'))
  return join(folder, 'dist')
}

/** What another build differs in: every hash, in names and in whatever names them, and the page itself. */
const makeNewer = async (dist: string): Promise<void> => {
  const web = join(dist, 'web')
  const assets = await readdir(join(web, 'assets'))
  const hashes = assets.flatMap((file) => HASH.exec(file)?.[1] ?? [])
  if (hashes.length === 0) throw new Error('no file of the build has a hash in its name')
  const bump = (text: string): string =>
    hashes.reduce((changed, hash) => changed.replaceAll(hash, `${hash.slice(0, 6)}${hash.slice(7)}9`), text)
  for (const file of [...assets.map((name) => join('assets', name)), 'index.html', 'sw.js']) {
    const text = await readFile(join(web, file), 'utf8')
    await writeFile(join(web, file), bump(text))
    await rename(join(web, file), join(web, bump(file)))
  }
  const page = await readFile(join(web, 'index.html'), 'utf8')
  await writeFile(join(web, 'index.html'), page.replace('</head>', '<meta name="build" content="two"></head>'))
  const worker = await readFile(join(web, 'sw.js'), 'utf8')
  await writeFile(join(web, 'sw.js'), worker.replaceAll(/(revision:")[0-9a-f]+/g, '$1two'))
}

/** Copies the build under test twice and makes the second copy another build. */
export const makeBuilds = async (): Promise<Builds> => {
  const folder = await mkdtemp(join(tmpdir(), 'kith-builds-'))
  const one = await copyBuild(join(folder, 'one'))
  const two = await copyBuild(join(folder, 'two'))
  await makeNewer(two)
  return { one, two, close: () => rm(folder, { recursive: true, force: true }) }
}

/** Which of the two a page runs. */
export const buildOf = (page: Page): Promise<string> =>
  page.evaluate(() => document.querySelector<HTMLMetaElement>('meta[name="build"]')?.content ?? 'one')
