import { expect } from 'chai'
import { createServiceWorkerBroker, noBroker } from '../../../src/page/brokers.ts'
import { openConnection } from '../../../src/rpc/connection.ts'
import { type AmongPages, type Hello, LEADER_CHANNEL, RPC_VERSION, type ToBroker } from '../../../src/rpc/hello.ts'
import { afterEach, beforeEach, describe, it } from '../../support/runner.ts'
import { settle, until } from '../../support/wait.ts'

/** The window's side of service workers, its worker played by the test: `posted` is what it was told. */
class FakeContainer extends EventTarget {
  readonly posted: ToBroker[] = []
  readonly ready: Promise<unknown>
  register = (): void => undefined
  constructor() {
    super()
    this.ready = new Promise((resolve) => {
      this.register = () => resolve({ active: { postMessage: (message: ToBroker) => this.#receive(message) } })
    })
  }
  startMessages(): void {}
  tell(data: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data }))
  }
  #receive(message: ToBroker): void {
    this.posted.push(message)
    if (message.type === 'who-am-i') queueMicrotask(() => this.tell({ type: 'you-are', client: 'leader-1' }))
    if (message.type === 'hand-over') queueMicrotask(() => this.tell({ type: 'hand-over', hello: message.hello }))
  }
}

const brokerOver = (container: FakeContainer) =>
  createServiceWorkerBroker(container as unknown as ServiceWorkerContainer)

const newHello = (): Hello => ({ type: 'hello', version: RPC_VERSION, port: new MessageChannel().port2 })

const handOvers = ({ posted }: FakeContainer): number => posted.filter(({ type }) => type === 'hand-over').length

/** How many BroadcastChannels are open, counted while a test runs. */
let open = 0
const Original = BroadcastChannel
class Counted extends Original {
  constructor(name: string) {
    super(name)
    open += 1
  }
  override close(): void {
    super.close()
    open -= 1
  }
}

describe('handing a port to the tab that leads, through a service worker', () => {
  beforeEach(() => {
    open = 0
    globalThis.BroadcastChannel = Counted
  })
  afterEach(() => {
    globalThis.BroadcastChannel = Original
  })

  it('[T9] the leader announces itself and gets the hello of whoever asks who leads', async () => {
    const container = new FakeContainer()
    container.register()
    const broker = brokerOver(container)
    const heard: Hello[] = []
    const stop = broker.lead((hello) => heard.push(hello))
    const hello = newHello()
    expect(await broker.handOver(hello, new AbortController().signal)).to.deep.equal({ ok: true, value: undefined })
    await until(() => heard.length > 0, 'the hello')
    expect(heard).to.deep.equal([hello])
    expect(container.posted.at(-1)).to.include({ type: 'hand-over', to: 'leader-1' })
    stop()
    expect(open).to.equal(0)
  })

  it('[T13] nobody leads: the hand-over ends with the wait, listens no longer, and a late leader gets no stale port', async () => {
    const container = new FakeContainer()
    container.register()
    const waiting = new AbortController()
    const handed = brokerOver(container).handOver(newHello(), waiting.signal)
    await settle(50)
    waiting.abort()
    expect(await handed).to.deep.equal({ ok: false, error: { type: 'aborted' } })
    expect(open).to.equal(0)
    const leader = new Original(LEADER_CHANNEL)
    leader.postMessage({ type: 'leader', client: 'late', fresh: false } satisfies AmongPages)
    await settle(100)
    leader.close()
    expect(container.posted).to.deep.equal([])
  })

  it('[T13] no service worker ever comes: the hand-over ends with the wait, and one that comes later gets nothing', async () => {
    const container = new FakeContainer()
    const leader = new Original(LEADER_CHANNEL)
    leader.onmessage = () => leader.postMessage({ type: 'leader', client: 'one', fresh: false } satisfies AmongPages)
    const waiting = new AbortController()
    const handed = brokerOver(container).handOver(newHello(), waiting.signal)
    await settle(100)
    waiting.abort()
    expect(await handed).to.deep.equal({ ok: false, error: { type: 'aborted' } })
    container.register()
    await settle(50)
    leader.close()
    expect(handOvers(container)).to.equal(0)
    expect(open).to.equal(0)
  })

  it('[T13] a hand-over that was given up before it began does nothing', async () => {
    const container = new FakeContainer()
    container.register()
    const broker = brokerOver(container)
    const stop = broker.lead(() => undefined)
    await settle(50)
    expect(await broker.handOver(newHello(), AbortSignal.abort())).to.have.property('ok', false)
    expect(handOvers(container)).to.equal(0)
    stop()
  })

  it('[T13] who stops leading before there is a service worker never announces itself', async () => {
    const container = new FakeContainer()
    const stop = brokerOver(container).lead(() => undefined)
    stop()
    container.register()
    await settle(50)
    expect(container.posted).to.deep.equal([])
    expect(open).to.equal(0)
  })

  it('[T13] a failed dial leaves nothing listening, and says at once when there is no way to another tab', async () => {
    const container = new FakeContainer()
    const broker = brokerOver(container)
    for (let i = 0; i < 5; i++) {
      const dialled = await openConnection({
        carry: (hello, _, signal) => broker.handOver(hello, signal),
        patience: 30,
      })
      expect(dialled).to.deep.equal({ ok: false, error: { type: 'node-lost' } })
    }
    await until(() => open === 0, 'nothing to listen')
    const refused = await openConnection({ carry: (hello, _, signal) => noBroker.handOver(hello, signal) })
    expect(refused).to.deep.equal({ ok: false, error: { type: 'other-tab' } })
  })
})
