/** Pictures that are none, as far as anybody looks. */
import { seededRandom } from './platform.ts'

/** A picture that no two seeds share. */
export const picture = (seed: string) => ({
  bytes: seededRandom(seed).bytes(300_000),
  mediaType: 'image/png' as const,
  width: 4,
  height: 3,
  alt: `picture ${seed}`,
})
