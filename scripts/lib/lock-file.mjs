/**
 * Is package-lock.json complete? `npm ci` refuses one that lacks a package for some other platform, and `npm install`
 * leaves such a package out without a word when the registry does not have it (yet): then a fresh clone cannot install.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { paths } from './paths.mjs'

/** Sentences that name what is missing; empty when the lock is complete. */
export const missingFromLock = async () => {
  const { packages } = JSON.parse(await readFile(join(paths.root, 'package-lock.json'), 'utf8'))
  const locked = new Set(Object.keys(packages).map((path) => path.slice(path.lastIndexOf('node_modules/') + 13)))
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !locked.has(name))
      .map(
        (name) => `package-lock.json has no ${name}, which ${path} names: pin a version that exists for all platforms`,
      ),
  )
}
