/**
 * The app's index.html. Its template names built files as `{{app.js}}`, `{{app.css}}`, `{{node-shared.js}}` and so on;
 * they become URLs with hashes, and chunks that the app imports statically are preloaded. No inline script: the content
 * security policy runs only files under /assets/, and workers are found through `<link>` elements.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { groups } from './entries.mjs'
import { outputOf, staticOutputs } from './metafile.mjs'
import { paths } from './paths.mjs'

const TEMPLATE = 'src/ui/shell/index.html'

/** URL of a built file, as the host serves it. */
const urlOf = (output) => `/${relative(paths.web, join(paths.root, output)).replaceAll('\\', '/')}`

const urlsByName = (metafiles) => {
  const urls = {}
  for (const group of ['app', 'node']) {
    const metafile = metafiles[group]
    for (const [name, source] of Object.entries(groups[group])) {
      const output = outputOf(metafile, source)
      urls[`${name}.js`] = urlOf(output)
      const css = metafile.outputs[output].cssBundle
      if (css) urls[`${name}.css`] = urlOf(css)
    }
  }
  return urls
}

const preloads = (metafile) =>
  staticOutputs(metafile, outputOf(metafile, groups.app.app))
    .slice(1)
    .filter((output) => output.endsWith('.js'))
    .map((output) => `  <link rel="modulepreload" href="${urlOf(output)}">\n`)
    .join('')

/** Writes index.html; a name in the template that nothing was built for is an error. */
export const writeIndexHtml = async (metafiles) => {
  const template = await readFile(join(paths.root, TEMPLATE), 'utf8')
  const urls = urlsByName(metafiles)
  const filled = template.replaceAll(/\{\{(.+?)\}\}/g, (_, name) => {
    if (!urls[name]) throw new Error(`${TEMPLATE} names {{${name}}}, which no entry builds`)
    return urls[name]
  })
  await writeFile(join(paths.web, 'index.html'), filled.replace('</head>', `${preloads(metafiles.app)}</head>`))
}
