/**
 * Test vectors, on Node and in browsers alike. Those of other projects stand in the folder that KITH_VECTORS names
 * (web-test-runner serves it as /vectors/); our own are published in docs/vectors/.
 */
import { isBrowser, nodeModule } from './node-module.ts'
import type { TestContext } from './runner.ts'

/** Web-test-runner answers 204 for a vector that is not there, 500 where it has to be there. */
const fetchVector = async (url: string): Promise<unknown> => {
  const response = await fetch(url)
  if (response.status === 204) return undefined
  if (!response.ok) throw new Error(`the vector ${url} is required and not there (${response.status})`)
  return response.json()
}

const readJson = async (path: string): Promise<unknown> => {
  const { readFile } = await nodeModule<typeof import('node:fs/promises')>('fs/promises')
  return JSON.parse(await readFile(path, 'utf8'))
}

const readVector = async (name: string): Promise<unknown> => {
  const { KITH_VECTORS, KITH_REQUIRE_ALL } = process.env
  try {
    return await readJson(`${KITH_VECTORS}/${name}.json`)
  } catch (error) {
    if (KITH_REQUIRE_ALL === '1') throw error
    return undefined
  }
}

/** The parsed vector file `name`.json; skips the test of `context` where vectors are not at hand. */
export const loadVector = async (name: string, context: TestContext): Promise<unknown> => {
  const vector = await (isBrowser ? fetchVector(`/vectors/${name}.json`) : readVector(name))
  return vector ?? context.skip(`no vector ${name}.json (KITH_VECTORS names its folder)`)
}

/** The parsed docs/vectors/`name`.json of this repository. */
export const loadPublishedVector = async (name: string): Promise<unknown> => {
  if (isBrowser) return fetchVector(`/docs/vectors/${name}.json`)
  const { fileURLToPath } = await nodeModule<typeof import('node:url')>('url')
  return readJson(fileURLToPath(new URL(`../../docs/vectors/${name}.json`, import.meta.url)))
}
