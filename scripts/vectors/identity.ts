/**
 * Writes the test vectors of identity and records into docs/vectors/. Run with `npx tsx scripts/vectors/identity.ts`
 * after a format got a new version; the tests compare what the code makes with what is published.
 */
import { writeFile } from 'node:fs/promises'
import { makeIdentityVectors } from '../../tests/core/identity/make-vectors.ts'

for (const [name, vector] of Object.entries(await makeIdentityVectors())) {
  await writeFile(new URL(`../../docs/vectors/${name}.json`, import.meta.url), `${JSON.stringify(vector, null, 2)}\n`)
}
