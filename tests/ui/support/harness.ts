/** The interface over a fake node, for screenshots and for looking at it: `window.kithScene` says what is the case. */
import { err, ok } from '../../../src/core/result.ts'
import type { QueryName, RequestName } from '../../../src/rpc/contract.ts'
import type { KithError } from '../../../src/rpc/errors.ts'
import '../../../src/ui/shell/app.ts'
import { tokens } from '../../../src/ui/styles/tokens.ts'
import { createFakeNode, emptyWorld, fullWorld, type World } from './fake-node.ts'
import { me, sampleConnection } from './sample-data.ts'

/** One state of the world to look at. */
export interface Scene {
  readonly world?: 'full' | 'kept' | 'none' | 'alone' | 'offline'
  readonly problem?: KithError
  readonly silent?: readonly QueryName[]
  readonly failing?: Readonly<Partial<Record<RequestName, KithError>>>
  readonly theme?: 'light' | 'dark'
}

const worlds: Readonly<Record<NonNullable<Scene['world']>, () => World>> = {
  full: fullWorld,
  kept: () => ({ ...fullWorld(), session: { state: 'ready', me, wordsKept: true, posts: 4 } }),
  none: emptyWorld,
  alone: () => ({ ...emptyWorld(), session: { state: 'ready', me, wordsKept: true, posts: 0 } }),
  offline: () => ({
    ...fullWorld(),
    connection: { ...sampleConnection, online: false, hosts: [], people: 0, sessions: [], waiting: 3 },
  }),
}

const scene = ((globalThis as { kithScene?: Scene }).kithScene ?? {}) satisfies Scene
const node = createFakeNode(worlds[scene.world ?? 'full']())
for (const query of scene.silent ?? []) node.failQuery(query, 'silent')
for (const [name, error] of Object.entries(scene.failing ?? {})) node.fail(name as RequestName, error)
if (scene.theme) node.update({ settings: { ...node.world.settings, theme: scene.theme } })

if (tokens.styleSheet) document.adoptedStyleSheets = [tokens.styleSheet]
const app = document.createElement('kith-app')
app.connect = async () => (scene.problem ? err(scene.problem) : ok(node))
document.body.append(app)
