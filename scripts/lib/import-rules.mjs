/**
 * The part of the import map that lint cannot see: page, ui and embed may take types from core, but none of its code.
 * Types are gone from a bundle, so an edge in the metafile is code.
 */
import { readMetafile } from './metafile.mjs'

const TYPES_ONLY = [{ from: /^src\/(page|ui|embed)\//, to: /^src\/core\// }]

/** Sentences that name the imports which break the rule; empty when none does. */
export const brokenImports = async () => {
  const metafile = await readMetafile('app')
  const edges = Object.entries(metafile?.inputs ?? {}).flatMap(([from, { imports }]) =>
    imports.map(({ path }) => ({ from, path })),
  )
  return edges
    .filter(({ from, path }) => TYPES_ONLY.some((rule) => rule.from.test(from) && rule.to.test(path)))
    .map(({ from, path }) => `${from} may import only types from ${path}`)
}
