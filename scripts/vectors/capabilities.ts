/** Writes docs/vectors/capabilities.json; the test beside make-vectors.ts compares what the code makes with it. */
import { writeFile } from 'node:fs/promises'
import { makeCapabilityVectors } from '../../tests/core/capabilities/make-vectors.ts'

const target = new URL('../../docs/vectors/capabilities.json', import.meta.url)
await writeFile(target, `${JSON.stringify(await makeCapabilityVectors(), null, 2)}\n`)
