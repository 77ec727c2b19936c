/**
 * Copies the icons that the interface uses out of lucide-static (ISC licence, see docs/interface.md) into
 * src/ui/elements/icon-shapes.ts. Run it after adding a name: `node scripts/icons/lucide.mjs`.
 */
import { readFile, writeFile } from 'node:fs/promises'

const names = [
  'arrow-left',
  'ban',
  'check',
  'chevron-right',
  'circle-alert',
  'cloud-off',
  'copy',
  'download',
  'ellipsis',
  'hard-drive',
  'house',
  'image-plus',
  'key-round',
  'link',
  'message-circle',
  'monitor-smartphone',
  'notebook-pen',
  'pen-line',
  'plus',
  'qr-code',
  'rotate-cw',
  'scan-line',
  'server',
  'settings',
  'smile-plus',
  'trash-2',
  'upload',
  'user-plus',
  'user-round',
  'users',
  'x',
]

const shapesOf = async (name) => {
  const source = await readFile(new URL(`../../node_modules/lucide-static/icons/${name}.svg`, import.meta.url), 'utf8')
  const inner = source.slice(source.indexOf('>', source.indexOf('<svg')) + 1, source.lastIndexOf('</svg>'))
  return inner.replaceAll(/\s*\n\s*/g, '').replaceAll(' />', '/>')
}

const lines = await Promise.all(names.map(async (name) => `  '${name}': svg\`${await shapesOf(name)}\`,`))
await writeFile(
  new URL('../../src/ui/elements/icon-shapes.ts', import.meta.url),
  `/** Lucide icons (ISC licence, docs/interface.md), written by scripts/icons/lucide.mjs: names to shapes on a 24 px grid. */
import { svg } from 'lit'

/** Shapes by Lucide's names. */
export const iconShapes = {
${lines.join('\n')}
} as const
`,
)
console.log(`${names.length} icons written.`)
