/**
 * Terser over what esbuild has minified: it takes off another 7 % of the gzipped bytes, most of them from Dexie. Written
 * files keep the names that esbuild made of their content before that, so that content names the minifier's version.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname } from 'node:path'
import { minify } from 'terser'

/** A comment at the end of what esbuild writes, and hashes: another minifier writes other bytes. It is not kept. */
export const minifierMark = `// terser ${createRequire(import.meta.url)('terser/package.json').version}`

/** @returns the smaller script and its map */
const minifyOne = async (code, map, path) => {
  const options = /** @type {const} */ ({
    module: true,
    ecma: 2020,
    sourceMap: { content: map, includeSources: true, filename: basename(path), url: `${basename(path)}.map` },
  })
  const { code: smaller, map: smallerMap } = await minify({ [basename(path)]: code }, options)
  return { code: smaller, map: smallerMap }
}

const write = async (path, contents) => {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, contents)
}

/** Writes the files of an esbuild result that was not written, scripts minified once more, with their source maps. */
export const writeMinified = async (outputFiles) => {
  const maps = new Map(outputFiles.filter(({ path }) => path.endsWith('.js.map')).map(({ path, text }) => [path, text]))
  for (const { path, contents, text } of outputFiles) {
    if (maps.has(path)) continue
    if (!path.endsWith('.js')) await write(path, contents)
    else {
      const { code, map } = await minifyOne(text, maps.get(`${path}.map`), path)
      await write(path, code)
      await write(`${path}.map`, map)
    }
  }
}
