import { existsSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { type PeerThread, startPeerThread } from '../../../src/node-worker/entries/peer-thread.ts'
import type { SessionView } from '../../../src/rpc/views.ts'
import { skipWithout } from '../../support/missing.ts'
import { after, describe, it, type TestContext } from '../../support/runner.ts'

const script = new URL('../../../dist/host/worker-thread.js', import.meta.url)
const running: PeerThread[] = []
after(async () => {
  for (const peer of running.splice(0)) await peer.close()
})

const freshFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'kith-peer-'))
const start = async (dataDir: string): ReturnType<typeof startPeerThread> => {
  const peer = await startPeerThread(script, { dataDir, hosts: [], deviceName: 'a test' })
  if (peer.ok) running.push(peer.value)
  return peer
}
const skipUnbuilt = (context: TestContext): void => {
  if (!existsSync(script)) skipWithout(context, 'nothing is built: run node scripts/build.mjs')
}

const sessionOf = (peer: PeerThread): Promise<SessionView> =>
  new Promise((resolve) => {
    const end = peer.client.watch('session', {}, (session) => {
      resolve(session)
      queueMicrotask(() => end())
    })
  })

describe('a peer in a worker thread', () => {
  it('[T40] a person made in one run is there in the next', async (context) => {
    skipUnbuilt(context)
    const folder = await freshFolder()
    const first = await start(folder)
    if (!first.ok) throw new Error(first.error.type)
    const made = await first.value.client.request('create-person', { name: 'Ada' })
    expect(made.ok).to.equal(true)
    await running.pop()?.close()
    const second = await start(folder)
    if (!second.ok) throw new Error(second.error.type)
    const session = await sessionOf(second.value)
    expect(session.state === 'ready' && session.me.id).to.equal(made.ok && made.value.person)
  })

  it('[T41] a folder that another process holds is refused with the reason', async (context) => {
    skipUnbuilt(context)
    const folder = await freshFolder()
    // The process that started this one is alive and holds the folder, says its lock.
    await writeFile(join(folder, 'lock'), String(process.ppid))
    expect(await start(folder)).to.deep.equal({ ok: false, error: { type: 'in-use' } })
  })
})
