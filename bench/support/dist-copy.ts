/** The build that is measured: a copy, so that nobody's next build changes it under a running benchmark. */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { paths } from '../../scripts/lib/paths.mjs'

/** Runs `task` with KITH_DIST set to a copy of dist, which is removed afterwards. The runner has built it. */
export const withDistCopy = async <T>(task: (dist: string) => Promise<T>): Promise<T> => {
  // Inside the repository, because the host's packages are found from where it stands, with its package.json above it.
  const folder = await mkdtemp(join(paths.cache, 'bench-dist-'))
  const dist = join(folder, 'dist')
  await cp(paths.dist, dist, { recursive: true })
  await cp(join(paths.root, 'package.json'), join(folder, 'package.json'))
  process.env.KITH_DIST = dist
  try {
    return await task(dist)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
