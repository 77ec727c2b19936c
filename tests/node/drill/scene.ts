/** Somebody who drills, with a friend or two who keep everything. */
import type { Platform } from '../../../src/node-worker/platform.ts'
import { COUNT_EVERY } from '../../../src/node-worker/recovery/follow-return.ts'
import type { DrillView } from '../../../src/rpc/drill.ts'
import type { JobView } from '../../../src/rpc/views.ts'
import { picture } from '../../support/picture.ts'
import type { TestPlatform } from '../../support/platform.ts'
import type { TestNode } from '../../support/test-node.ts'
import { isWhole, type Lessee, startLeasing, untilSafety } from '../leasing/scene.ts'
import { jobDone } from '../transfer/files.ts'

/** The key of a node's device. */
export const deviceOf = (node: TestNode): Uint8Array => node.services.account.self()!.device.signer.publicKey

/** How much faster than others a drill under test loses patience. */
const HASTE = 10

/** A drill that waits three seconds for what does not come, instead of thirty. */
export const hasty = (platform: TestPlatform): TestPlatform => {
  const { setTimeout, clearTimeout } = platform.timers
  const timers: Platform['timers'] = {
    setTimeout: (run, wait) => setTimeout(run, wait === COUNT_EVERY ? wait / HASTE : wait),
    clearTimeout,
  }
  return { ...platform, timers }
}

/** A post with a picture, a note and a setting. */
export const writeSome = async (node: TestNode): Promise<void> => {
  await node.get('publish-post', { text: 'Bread on Sunday', pictures: [picture('drill')] })
  const { note } = await node.get('create-note', {})
  const { Doc, encodeStateAsUpdate } = await import('yjs')
  const doc = new Doc()
  doc.getText('title').insert(0, 'Shopping')
  await node.get('update-note', { note, update: encodeStateAsUpdate(doc) })
  await node.get('save-settings', { theme: 'dark' })
}

/** Ada, with everything of hers at two others. */
export const startWhole = async (hosts: readonly string[]): Promise<readonly [Lessee, Lessee, Lessee]> => {
  const [ada, bob, cat] = await Promise.all([
    startLeasing('Ada', hosts, { change: hasty }),
    startLeasing('Bob', hosts),
    startLeasing('Cat', hosts),
  ])
  await writeSome(ada)
  await untilSafety(ada, isWhole, 'everything is left with two people')
  return [ada, bob, cat]
}

/** Runs a drill to its end. */
export const runDrill = async (node: TestNode, words: string): Promise<JobView> =>
  jobDone(node, (await node.get('drill', { words })).job)

/** What a drill says. */
export const outcomeOf = async (node: TestNode, words: string): Promise<DrillView> => {
  const job = await runDrill(node, words)
  if (!job.drill) throw new Error(`a drill without an outcome: ${JSON.stringify(job.error)}`)
  return job.drill
}
