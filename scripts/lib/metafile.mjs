/** Questions asked of esbuild's metafiles: what an entry loads at once, how large it is, and who pulled what in. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { paths } from './paths.mjs'

/** The metafile that the last build of `group` left, or undefined. */
export const readMetafile = async (group) => {
  try {
    return JSON.parse(await readFile(join(paths.meta, `${group}.json`), 'utf8'))
  } catch {
    return undefined
  }
}

/** Output path of the entry whose source is `source`, or undefined. */
export const outputOf = (metafile, source) =>
  Object.keys(metafile.outputs).find((path) => metafile.outputs[path].entryPoint === source)

/** Every output that loads with `output` before it can run: itself, its CSS, and its static imports, transitively. */
export const staticOutputs = (metafile, output) => {
  const found = new Set()
  const visit = (path) => {
    if (!path || found.has(path) || !metafile.outputs[path]) return
    found.add(path)
    visit(metafile.outputs[path].cssBundle)
    for (const { path: next, kind } of metafile.outputs[path].imports) if (kind === 'import-statement') visit(next)
  }
  visit(output)
  return [...found]
}

/** Gzipped bytes of one built file, at the level that hosts use. */
export const gzipSize = async (output) => gzipSync(await readFile(join(paths.root, output)), { level: 9 }).length

/** Source files in these outputs with the bytes each adds, largest first. */
export const inputsBySize = (metafile, outputs) => {
  const bytes = new Map()
  for (const output of outputs)
    for (const [input, { bytesInOutput }] of Object.entries(metafile.outputs[output].inputs))
      bytes.set(input, (bytes.get(input) ?? 0) + bytesInOutput)
  return [...bytes].sort((a, b) => b[1] - a[1])
}

/** The shortest chain of static imports from `entry` to `target`, both included; [] when there is none. */
export const importChain = (metafile, entry, target) => {
  const cameFrom = new Map([[entry, undefined]])
  for (const path of cameFrom.keys()) {
    if (path === target) return unwind(cameFrom, target)
    for (const { path: next, kind } of metafile.inputs[path]?.imports ?? [])
      if (kind !== 'dynamic-import' && !cameFrom.has(next)) cameFrom.set(next, path)
  }
  return []
}

const unwind = (cameFrom, target) => {
  const chain = []
  for (let path = target; path; path = cameFrom.get(path)) chain.unshift(path)
  return chain
}
