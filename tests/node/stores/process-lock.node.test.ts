import { once } from 'node:events'
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect } from 'chai'
import { takeProcessLock } from '../../../src/node-worker/stores/process-lock.ts'
import { after, before, describe, it } from '../../support/runner.ts'

/** No process has this id: it is over the most that Linux gives out. */
const NOBODY = '99999999'

/** A thread that takes a lock when it is told to. It does not inherit what makes TypeScript readable here. */
const RACER = `
  const { parentPort } = require('node:worker_threads')
  import('tsx/esm/api').then(async ({ register }) => {
    register()
    const { takeProcessLock } = await import('${new URL('../../../src/node-worker/stores/process-lock.ts', import.meta.url)}')
    parentPort.on('message', (path) =>
      takeProcessLock(path).then(() => true, () => false).then((isTaken) => parentPort.postMessage(isTaken)))
  })`

describe('the lock of a data folder', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kith-lock-'))
  })
  after(() => rm(folder, { recursive: true }))

  it('[ST11] of several that find a stale lock at the same moment one gets it', async () => {
    const racers = Array.from({ length: 4 }, () => new Worker(RACER, { eval: true }))
    await Promise.all(racers.map((racer) => once(racer, 'online')))
    for (let round = 0; round < 25; round++) {
      const path = join(folder, `race-${round}`)
      await writeFile(path, round % 2 === 0 ? NOBODY : '')
      const answers = racers.map((racer) => once(racer, 'message'))
      for (const racer of racers) racer.postMessage(path)
      const taken = (await Promise.all(answers)).filter(([isTaken]) => isTaken)
      expect(taken, `round ${round}`).to.have.length(1)
    }
    for (const racer of racers) await racer.terminate()
  })

  it('[ST11] a lock from before the machine started is stale, whoever has the number now', async () => {
    const path = join(folder, 'old')
    await writeFile(path, String(process.ppid))
    await utimes(path, 1000, 1000)
    const release = await takeProcessLock(path)
    await release()
    expect((await readdir(folder)).filter((name) => name.startsWith('old'))).to.deep.equal([])
  })

  it('[ST11] a lock of a living process is respected, also on the same thread', async () => {
    const path = join(folder, 'living')
    await writeFile(path, String(process.ppid))
    let refused = 0
    await takeProcessLock(path).catch(() => refused++)
    const own = join(folder, 'own')
    const release = await takeProcessLock(own)
    await takeProcessLock(own).catch(() => refused++)
    await release()
    expect(refused).to.equal(2)
  })
})
