/**
 * The one table of what is built. An entry's key is the name of its output; `group` is one esbuild call, whose entries
 * share chunks. See build.mjs for the calls.
 */

/** KiB as the size budgets count them. */
const KB = 1000

/** Browser and Node entries by group; paths relative to the repository. */
export const groups = {
  /** The page: shell, pages, elements, modem. */
  app: { app: 'src/ui/shell/main.ts' },
  /** The node in a browser: the same services behind a SharedWorker or an elected tab's dedicated worker. */
  node: {
    'node-shared': 'src/node-worker/entries/shared-worker.ts',
    'node-dedicated': 'src/node-worker/entries/dedicated-worker.ts',
  },
  /** The service worker, one classic script at the root so that its scope is the whole app. */
  sw: { sw: 'src/sw/index.ts' },
  /** What runs on Node.js. */
  host: {
    'host/main': 'src/host/main.ts',
    'host/worker-thread': 'src/node-worker/entries/worker-thread.ts',
    'cli/main': 'src/cli/main.ts',
  },
}

/**
 * Gzipped bytes that a browser must load before the thing works: an entry with everything it imports statically. With
 * `sources`, what these bring beyond that, loaded behind the start.
 */
export const budgets = [
  { title: 'first visit (shell JS and CSS)', group: 'app', entry: 'app', limit: 70 * KB },
  { title: 'node in a shared worker', group: 'node', entry: 'node-shared', limit: 110 * KB },
  { title: 'node in a dedicated worker', group: 'node', entry: 'node-dedicated', limit: 110 * KB },
  {
    title: 'its connection, behind the start',
    group: 'node',
    entry: 'node-shared',
    sources: ['src/node-worker/swarm/connect.ts'],
    limit: 45 * KB,
  },
  { title: 'service worker', group: 'sw', entry: 'sw', limit: 15 * KB },
]

/** What the first person loads beyond that, when Start is pressed. Told by the bundles bench, under no budget. */
export const later = [
  {
    title: 'the first person: HPKE, word list',
    group: 'node',
    entry: 'node-shared',
    sources: ['src/node-worker/crypto/hpke-suite.ts', 'node_modules/@scure/bip39/wordlists/english.js'],
  },
]
