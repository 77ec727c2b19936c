/** Pictures of a walk through the app, for people to look at: `KITH_WALK=1` writes them to .cache/walk. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { paths } from '../../../scripts/lib/paths.mjs'
import type { Page } from '../../support/e2e.ts'

const SIZES = [
  [360, 740],
  [1280, 800],
] as const

/** Takes the page at a phone's and a desk's width. */
export const walk = async (page: Page, name: string): Promise<void> => {
  if (process.env.KITH_WALK !== '1') return
  const folder = join(paths.cache, 'walk')
  await mkdir(folder, { recursive: true })
  for (const [width, height] of SIZES) {
    await page.resize(width, height)
    await page.screenshot(join(folder, `${name}-${width}.png`))
  }
}
