/** What an iframe runs to be a tab. (Its name ends in `.worker.ts` so that it is built as a module of its own.) */

import type { Result } from '../../../src/core/result.ts'
import { connectNode } from '../../../src/page/connect-node.ts'
import type { NodeClient } from '../../../src/rpc/client.ts'
import type { KithError } from '../../../src/rpc/errors.ts'

/** Where the iframe's owner finds the tab's client. */
export interface TabWindow extends Window {
  readonly kithTab: Promise<Result<NodeClient, KithError>>
  /** Resolves when the tab would load anew: what was in its way is gone. */
  readonly kithBack: Promise<void>
}

const { shared = '', dedicated = '', without = '' } = (window.frameElement as HTMLElement).dataset
if (without) {
  Object.defineProperty(window, 'SharedWorker', { value: undefined })
  Object.defineProperty(navigator, 'serviceWorker', { value: undefined })
}

let comeBack = (): void => undefined
const kithBack = new Promise<void>((resolve) => {
  comeBack = resolve
})
Object.assign(window, {
  kithBack,
  kithTab: connectNode({
    urls: { shared, dedicated },
    startShared: (url) => new SharedWorker(url, { type: 'module', name: 'kith-node' }),
    startDedicated: (url) => new Worker(url, { type: 'module' }),
    comeBack,
  }),
})
window.dispatchEvent(new Event('kith-tab'))
