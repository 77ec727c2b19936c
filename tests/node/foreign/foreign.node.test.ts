/** Foreign storage against a real server that verifies signatures. */
import { expect } from 'chai'
import { FOREIGN_SETTING } from '../../../src/node-worker/foreign/setting-key.ts'
import { encodeSetting } from '../../../src/node-worker/foreign/settings.ts'
import type { InternalServices } from '../../../src/node-worker/internal-services.ts'
import { changeState } from '../../../src/node-worker/person/change-state.ts'
import type { ForeignFailure, ForeignInput } from '../../../src/rpc/foreign.ts'
import { after, describe, it, type TestContext } from '../../support/runner.ts'
import { type Fault, type Front, startFront } from '../../support/s3/front.ts'
import { type S3Server, startS3 } from '../../support/s3/server.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'
import { hereAndNow, isDone, picture, s3Input, shows, startPerson } from './scene.ts'

let server: S3Server | undefined
let front: Front

/** The server, started with the first test that needs it. */
const s3 = async (context: TestContext): Promise<S3Server> => {
  server ??= await startS3(context)
  front ??= await startFront(server!.url)
  front.fault = 'none'
  return server!
}

after(async () => {
  await front?.close()
  await server?.stop()
})

const failureOf = async (node: TestNode, input: ForeignInput): Promise<ForeignFailure> => {
  const result = await node.ask('test-foreign-storage', input)
  if (result.ok || result.error.type !== 'foreign-storage') throw new Error(JSON.stringify(result))
  return result.error
}

const namesIn = async ({ platform }: TestNode): Promise<number> =>
  platform.store.read(['blocks'], (tx) => tx.count('blocks'))

describe('the test of a connection', () => {
  it('[FS3] puts, reads, compares and deletes a small object, and tells whether everyone can read', async (context) => {
    const { bucket, publicUrl, url, list } = await s3(context)
    const node = await startPerson('tester')
    const closed = await bucket('closed')
    expect(await node.get('test-foreign-storage', s3Input(url, closed))).to.deep.equal({ isPublic: false })
    const open = await bucket('open', true)
    const input = s3Input(url, open, { publicUrl: publicUrl(open) })
    expect(await node.get('test-foreign-storage', input)).to.deep.equal({ isPublic: true })
    for (const name of [closed, open]) expect((await list(name)).size).to.equal(0)
    await node.stop()
  })

  it('[FS3] wrong keys, bucket and region are told apart', async (context) => {
    const { bucket, url } = await s3(context)
    const node = await startPerson('mistaken')
    const name = await bucket('mistakes')
    const reasonFor = async (more: Partial<ForeignInput>) => (await failureOf(node, s3Input(url, name, more))).reason
    expect(await reasonFor({ secret: 'not this one' })).to.equal('wrong-key')
    expect(await reasonFor({ accessKey: 'test:nobody' })).to.equal('wrong-key')
    expect(await reasonFor({ secret: '' })).to.equal('wrong-key')
    expect(await reasonFor({ bucket: 'no-such-bucket' })).to.equal('no-bucket')
    const region = await failureOf(node, s3Input(url, name, { region: 'eu-north-1' }))
    expect(region).to.include({ reason: 'wrong-region', detail: 'us-east-1' })
    expect(await reasonFor({ endpoint: 'http://127.0.0.1:1' })).to.equal('unreachable')
    await node.stop()
  })

  it('[FS5] a clock that is off is made up for, and told by how much', async (context) => {
    const { bucket, url } = await s3(context)
    const platform = await hereAndNow('late')
    const node = await startPerson('late', platform)
    const name = await bucket('clock')
    platform.clock.set(Date.now() + 3 * 3_600_000)
    const { clockAhead } = await node.get('test-foreign-storage', s3Input(url, name))
    expect(clockAhead).to.be.closeTo(3 * 3_600, 5)
    platform.clock.set(Date.now() - 86_400_000)
    const behind = await node.get('test-foreign-storage', s3Input(url, name))
    expect(behind.clockAhead).to.be.closeTo(-86_400, 5)
    front.fault = 'no-date'
    const failure = await failureOf(node, s3Input(front.url, name))
    expect(failure.reason).to.equal('clock-skewed')
    expect(failure.seconds).to.equal(undefined)
    await node.stop()
  })

  const FAULTS: readonly (readonly [Fault, string])[] = [
    ['redirect', 'redirected'],
    ['wrong-bytes', 'wrong-bytes'],
    ['dies', 'unreachable'],
    ['full', 'full'],
  ]
  for (const [fault, reason] of FAULTS)
    it(`[FS3] ${fault}: ${reason}`, async (context) => {
      const { bucket } = await s3(context)
      const node = await startPerson(fault)
      const input = s3Input(front.url, await bucket('faulty'))
      front.fault = fault
      expect((await failureOf(node, input)).reason).to.equal(reason)
      expect((await node.ask('save-foreign-storage', { storage: input })).ok).to.equal(false)
      expect((await node.query('foreign-storage', {})).place).to.equal(undefined)
      await node.stop()
    })

  it('[FS3] without CORS nothing is told to others as readable', async (context) => {
    const { bucket } = await s3(context)
    const node = await startPerson('no cors')
    const name = await bucket('nocors', true)
    front.fault = 'no-cors'
    const input = s3Input(front.url, name, { publicUrl: `${front.url}/v1/AUTH_test/${name}/` })
    expect(await node.get('test-foreign-storage', input)).to.deep.equal({ isPublic: false })
    front.fault = 'none'
    expect(await node.get('test-foreign-storage', input)).to.deep.equal({ isPublic: true })
    await node.stop()
  })
})

describe('blocks in foreign storage', () => {
  it('[FS4] are all put there, and deleted when they are forgotten', async (context) => {
    const { bucket, url, list } = await s3(context)
    const node = await startPerson('keeper')
    await node.get('publish-post', { text: 'first', pictures: [picture('a', 600_000)] })
    const name = await bucket('blocks')
    await node.get('save-foreign-storage', { storage: s3Input(url, name, { prefix: 'kith' }) })
    const view = await shows(node, isDone)
    const objects = await list(name)
    expect(objects.size).to.equal(await namesIn(node))
    expect(view.stored).to.equal(objects.size)
    expect(view.bytes).to.equal([...objects.values()].reduce((sum, size) => sum + size, 0))
    expect([...objects.keys()].every((key) => key.startsWith('kith/b'))).to.equal(true)
    const { entry } = await node.get('publish-post', { text: 'second', pictures: [picture('b', 1_000)] })
    await shows(node, (now) => isDone(now) && now.stored === view.stored + 2)
    await node.get('delete-entry', { entry })
    await shows(node, (now) => isDone(now) && now.stored === view.stored)
    expect((await list(name)).size).to.equal(view.stored)
    await node.stop()
  })

  it('[FS4] [FS6] go on after the server died half way and the node was restarted, and nothing is put twice', async (context) => {
    const { bucket, list } = await s3(context)
    const platform = await hereAndNow('restarted')
    const store = { ...platform.store, close: async () => {} }
    const first = await startPerson('restarted', { ...platform, store })
    await first.get('publish-post', { text: 'many', pictures: [picture('c', 1_500_000)] })
    const name = await bucket('resumed')
    const storage = s3Input(front.url, name)
    await first.get('save-foreign-storage', { storage })
    await shows(first, ({ stored }) => stored >= 2)
    front.fault = 'dies'
    const failed = await shows(first, ({ error }) => error !== undefined)
    expect(failed.error?.reason).to.equal('unreachable')
    expect(failed.waiting).to.be.greaterThan(0)
    expect(failed.retryAt).to.be.within(platform.clock.now(), platform.clock.now() + 5_000)
    await first.stop()
    front.fault = 'none'
    front.seen.length = 0
    const second = await startNode('restarted again', { platform })
    const view = await shows(second, isDone)
    const objects = await list(name)
    expect(objects.size).to.equal(view.stored)
    expect(view.stored).to.equal(await namesIn(second))
    expect(front.seen.filter((line) => line.startsWith('PUT')).length).to.be.at.most(view.stored - failed.stored)
    await second.stop()
  })

  it('[FS6] a full storage is said, nothing is lost, and what is entered again is tried at once', async (context) => {
    const { bucket } = await s3(context)
    const node = await startPerson('revoked')
    await node.get('save-foreign-storage', { storage: s3Input(front.url, await bucket('revoked')) })
    await shows(node, isDone)
    front.fault = 'full'
    await node.get('publish-post', { text: 'no room there', pictures: [picture('d', 1_000)] })
    const view = await shows(node, ({ error }) => error !== undefined)
    expect(view).to.deep.include({ waiting: 2 })
    expect(view.error?.reason).to.equal('full')
    front.fault = 'none'
    await node.get('save-foreign-storage', { storage: { ...s3Input(front.url, view.place!.bucket), secret: '' } })
    await shows(node, isDone)
    await node.stop()
  })

  it('[FS1] the secret stands nowhere in the clear, and is used for no other server', async (context) => {
    const { bucket, url } = await s3(context)
    const platform = await hereAndNow('secretive')
    const node = await startPerson('secretive', platform)
    const name = await bucket('secrets')
    await node.get('save-foreign-storage', { storage: s3Input(url, name) })
    await shows(node, isDone)
    const rows = await platform.store.read(['meta', 'payloads', 'segments', 'requests', 'queue', 'records'], (tx) =>
      Promise.all(
        (['meta', 'payloads', 'segments', 'requests', 'queue', 'records'] as const).map((table) => tx.list(table)),
      ),
    )
    const stored = JSON.stringify(rows, (_, value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    )
    expect(stored).to.include(name)
    expect(stored).not.to.include('"testing"')
    expect(stored).not.to.include('secret\\u0007testing')
    expect(stored.match(/testing/g)).to.equal(null)
    const elsewhere = { ...s3Input(front.url, name), secret: '' }
    expect((await failureOf(node, elsewhere)).reason).to.equal('wrong-key')
    expect(JSON.stringify(await node.query('foreign-storage', {}))).not.to.include('testing')
    await node.stop()
  })

  it('[FS1] a secret that this device cannot open is said, and asked of nobody', async (context) => {
    const { bucket } = await s3(context)
    const node = await startPerson('locked')
    const secret = { epoch: 7, box: new Uint8Array(64) }
    const setting = encodeSetting({ ...s3Input(front.url, await bucket('locked')), isPublic: false, secret })
    const request = { id: 'locked', time: node.platform.clock.now(), remember: async () => {} }
    await changeState(node.services as InternalServices, { [FOREIGN_SETTING]: setting }, {}, request)
    front.seen.length = 0
    expect((await node.query('foreign-storage', {})).error).to.deep.equal({ type: 'foreign-storage', reason: 'locked' })
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect(front.seen).to.deep.equal([])
    await node.stop()
  })

  it('[FS12] stopping leaves there what is there, and takes the address back', async (context) => {
    const { bucket, publicUrl, url, list } = await s3(context)
    const node = await startPerson('stopper')
    const name = await bucket('stopped', true)
    const said = () => node.services.persons.get(node.person)?.blockBases?.bases
    await node.get('save-foreign-storage', { storage: s3Input(url, name, { publicUrl: publicUrl(name) }) })
    await shows(node, isDone)
    expect(said()).to.deep.equal([publicUrl(name)])
    const before = (await list(name)).size
    await node.get('save-foreign-storage', { storage: null })
    expect(await node.query('foreign-storage', {})).to.deep.equal({ isPublic: false, stored: 0, bytes: 0, waiting: 0 })
    expect(said()).to.deep.equal([])
    expect((await list(name)).size).to.equal(before)
    await node.stop()
  })
})
