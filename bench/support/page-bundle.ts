/** Scripts for benchmark pages, built as the app's are. */
import { join } from 'node:path'
import * as esbuild from 'esbuild'
import { browserOptions } from '../../scripts/lib/bundle.mjs'
import { paths } from '../../scripts/lib/paths.mjs'

/** The minified script of bench/pages/`name`.ts. */
export const bundlePage = async (name: string): Promise<string> => {
  const { outputFiles } = await esbuild.build({
    ...browserOptions,
    entryPoints: [join(paths.root, 'bench/pages', `${name}.ts`)],
    metafile: false,
    sourcemap: false,
    minify: true,
    write: false,
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  return outputFiles[0]!.text
}
