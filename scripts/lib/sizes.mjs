/** Size budgets: gzipped bytes of each entry with all that it loads statically, and who is to blame for too many. */
import { budgets, groups, later } from './entries.mjs'
import { gzipSize, importChain, inputsBySize, outputOf, readMetafile, staticOutputs } from './metafile.mjs'

const BLAMED = 6

const measure = async (budget) => {
  if (budget.sources) return measureAfter(budget)
  const metafile = await readMetafile(budget.group)
  const source = groups[budget.group][budget.entry]
  const output = metafile && outputOf(metafile, source)
  if (!output) return undefined
  const outputs = staticOutputs(metafile, output)
  const sizes = await Promise.all(outputs.map(gzipSize))
  return { ...budget, source, metafile, outputs, bytes: sizes.reduce((sum, size) => sum + size, 0) }
}

/** One measurement for each budget whose entry was built. */
export const measureBudgets = async () => (await Promise.all(budgets.map(measure))).filter(Boolean)

/** What is loaded after the start, without what its entry has loaded already; what was built only. */
export const measureLater = async () => (await Promise.all(later.map(measureAfter))).filter(Boolean)

const measureAfter = async (budget) => {
  const { group, entry, sources } = budget
  const metafile = await readMetafile(group)
  const starts = metafile && sources.map((source) => outputOf(metafile, source))
  if (!starts?.every(Boolean)) return undefined
  const loaded = new Set(staticOutputs(metafile, outputOf(metafile, groups[group][entry])))
  const outputs = [...new Set(starts.flatMap((start) => staticOutputs(metafile, start)))].filter(
    (output) => !loaded.has(output),
  )
  const sizes = await Promise.all(outputs.map(gzipSize))
  return { ...budget, source: sources[0], metafile, outputs, bytes: sizes.reduce((sum, size) => sum + size, 0) }
}

const kb = (bytes) => `${(bytes / 1000).toFixed(1)} KB`

const line = ({ title, bytes, limit }) =>
  `${bytes > limit ? 'OVER' : 'ok  '} ${title.padEnd(32)} ${kb(bytes).padStart(9)} of ${kb(limit)} gzip`

/** The heaviest sources of a bundle, each with the chain of imports that brought it in. */
const blame = ({ metafile, outputs, source }) =>
  inputsBySize(metafile, outputs)
    .slice(0, BLAMED)
    .map(([input, bytes]) => `       ${kb(bytes)} ${importChain(metafile, source, input).join(' -> ') || input}`)

/** Every budget as lines to print, with the culprits where one is broken; `ok` says whether all hold. */
export const describeBudgets = async () => {
  const measured = await measureBudgets()
  const lines = measured.flatMap((result) => {
    const isOver = result.bytes > result.limit
    return isOver ? [line(result), '     heaviest sources, minified:', ...blame(result)] : [line(result)]
  })
  return { ok: measured.every(({ bytes, limit }) => bytes <= limit), lines }
}
