/** Where things stand in the repository; every script takes its paths from here. */
import { fileURLToPath } from 'node:url'

const at = (relative) => fileURLToPath(new URL(`../../${relative}`, import.meta.url))

/** Absolute paths; folders without a trailing slash. */
export const paths = {
  root: at('').replace(/[/\\]$/, ''),
  /** What browsers load: the host serves this folder. */
  web: at('dist/web'),
  /** What Node runs: host/ and cli/. */
  dist: at('dist'),
  meta: at('.cache/meta'),
  tests: at('.cache/tests'),
  nodeTests: at('.cache/node-tests'),
  /** Pages of tests that several files share. */
  testPages: at('.cache/test-pages'),
  bench: at('.cache/bench'),
  cache: at('.cache'),
}
