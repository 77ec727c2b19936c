/** What is kept on a web server that takes files. */
import { expect } from 'chai'
import { KEEP_DELAY, LASTING_WAIT, RETRY_WAITS } from '../../../src/node-worker/foreign/keeper.ts'
import { RECHECK_AFTER } from '../../../src/node-worker/foreign/marks.ts'
import { describe, it } from '../../support/runner.ts'
import { settle } from '../../support/wait.ts'
import { carry, startSecondDevice } from '../transfer/second-device.ts'
import { fileOf, hereAndNow, isDone, picture, shows, startPerson } from './scene.ts'
import { httpInput, startShelf } from './shelf.ts'

describe('a web server that takes files', () => {
  it('[FS3] [FS4] wants its Authorization header, and is used like a bucket', async () => {
    const shelf = await startShelf('Bearer 123')
    const node = await startPerson('filer')
    const refused = await node.ask('test-foreign-storage', httpInput(shelf.url, 'Bearer 124'))
    expect(refused).to.deep.include({ ok: false })
    expect(!refused.ok && refused.error).to.include({ reason: 'wrong-key' })
    await node.get('save-foreign-storage', { storage: httpInput(shelf.url, 'Bearer 123') })
    const { stored } = await shows(node, isDone)
    expect(shelf.files.size).to.equal(stored)
    const { entry } = await node.get('publish-post', { text: 'gone soon', pictures: [picture('x', 10)] })
    await shows(node, (view) => isDone(view) && view.stored === stored + 2)
    await node.get('delete-entry', { entry })
    await shows(node, (view) => isDone(view) && view.stored === stored)
    expect(shelf.files.size).to.equal(stored)
    await node.stop()
    await shelf.close()
  })

  it('[FS1] [FS4] [FS9] another device of the person has it, and gets from it what no session gives', async () => {
    const shelf = await startShelf('Bearer 123')
    const first = await startPerson('first')
    const second = await startSecondDevice(first, await hereAndNow('second device'))
    await first.get('save-foreign-storage', { storage: httpInput(shelf.url, 'Bearer 123') })
    const { stored } = await shows(first, isDone)
    await first.get('publish-post', { text: 'for both', pictures: [picture('y', 5_000)] })
    await shows(first, (view) => isDone(view) && view.stored === stored + 2)
    await carry(first, second, first.person)
    const view = await shows(second, ({ place }) => place !== undefined)
    expect(view.place?.endpoint).to.equal(shelf.url)
    const { bytes } = await second.get('read-file', { file: await fileOf(second) })
    expect(bytes).to.deep.equal(picture('y', 5_000).bytes)
    const files = shelf.files.size
    await shows(second, isDone)
    expect(shelf.files.size).to.equal(files)
    // The object of the test, and each block once, whichever device was first.
    expect(shelf.asked.filter((line) => line.startsWith('PUT')).length).to.equal(files + 1)
    await first.stop()
    await second.stop()
    await shelf.close()
  })

  it('[RC16] the node of a drill puts nothing there', async () => {
    const shelf = await startShelf()
    const first = await startPerson('drilling')
    const drill = { without: new Uint8Array(32) }
    const second = await startSecondDevice(first, { ...(await hereAndNow('drill')), drill })
    await first.get('publish-post', { text: 'kept', pictures: [picture('drill', 10)] })
    await first.get('save-foreign-storage', { storage: httpInput(shelf.url) })
    await shows(first, isDone)
    shelf.files.clear()
    const puts = (): number => shelf.asked.filter((line) => line.startsWith('PUT')).length
    const before = puts()
    await carry(first, second, first.person)
    await shows(second, ({ place, waiting }) => place !== undefined && waiting > 0)
    await settle(2 * KEEP_DELAY)
    expect(puts()).to.equal(before)
    for (const node of [first, second]) await node.stop()
    await shelf.close()
  })

  it('[FS4] what is there no longer is put there again after a week', async () => {
    const shelf = await startShelf()
    const node = await startPerson('weekly')
    await node.get('save-foreign-storage', { storage: httpInput(shelf.url) })
    const { stored } = await shows(node, isDone)
    const [lost] = shelf.files.keys()
    shelf.files.delete(lost!)
    await node.get('publish-post', { text: 'too soon', pictures: [picture('soon', 10)] })
    await shows(node, (view) => isDone(view) && view.stored === stored + 2)
    expect(shelf.files.has(lost!)).to.equal(false)
    node.platform.clock.set(node.platform.clock.now() + RECHECK_AFTER + 1)
    await node.get('publish-post', { text: 'a week later', pictures: [picture('later', 10)] })
    await shows(node, (view) => isDone(view) && view.stored === stored + 4)
    expect(shelf.files.has(lost!)).to.equal(true)
    await node.stop()
    await shelf.close()
  })

  it('[FS6] what may pass by itself is tried again soon, what does not seldom', async () => {
    const shelf = await startShelf()
    const node = await startPerson('patient')
    await node.get('save-foreign-storage', { storage: httpInput(shelf.url) })
    await shows(node, isDone)
    const waitAfter = async (status: number, reason: string): Promise<number> => {
      shelf.instead = (_, response) => void response.writeHead(status).end()
      await node.get('publish-post', { text: reason, pictures: [picture(reason, 10)] })
      const { retryAt } = await shows(node, ({ error }) => error?.reason === reason)
      shelf.instead = undefined
      await node.get('save-foreign-storage', { storage: httpInput(shelf.url) })
      await shows(node, isDone)
      return retryAt! - node.platform.clock.now()
    }
    expect(await waitAfter(503, 'busy')).to.be.within(1, RETRY_WAITS.min)
    expect(await waitAfter(401, 'wrong-key')).to.equal(LASTING_WAIT)
    await node.stop()
    await shelf.close()
  })
})
