import { expect } from 'chai'
import type { Carrier } from '../../../src/core/ports.ts'
import { MAX_SIGNAL_CHARS } from '../../../src/node-worker/modems/modem.ts'
import { createModemPool, type ModemPool } from '../../../src/node-worker/modems/modem-pool.ts'
import { MAX_MISSED_BEATS } from '../../../src/rpc/liveness.ts'
import { MAX_CHANNEL_MESSAGE } from '../../../src/rpc/modem.ts'
import { afterEach, describe, it } from '../../support/runner.ts'
import { settle, until } from '../../support/wait.ts'
import { createFakeModem, type FakeModem } from './fake-modem.ts'

/** Of pools that are to notice a silent window; others have none in the time of a test. */
const HEARTBEAT_MS = 150
const dialOptions = { initiator: true, iceServers: [], onSignal: () => undefined }

const pools: ModemPool[] = []
/** A pool with modems that are ready. */
const poolWith = (...modems: FakeModem[]): Promise<ModemPool> => beatingPoolWith(600_000, ...modems)

const beatingPoolWith = async (heartbeatMs: number, ...modems: FakeModem[]): Promise<ModemPool> => {
  let wake = (): void => undefined
  const pool = createModemPool({ heartbeatMs, onChange: () => wake() })
  pools.push(pool)
  for (const modem of modems) {
    const ready = new Promise<void>((resolve) => {
      wake = resolve
    })
    pool.attach(modem.port)
    await ready
  }
  return pool
}
afterEach(() => {
  for (const pool of pools.splice(0)) pool.close()
})

const openCarrier = async (pool: ModemPool, modem: FakeModem): Promise<{ carrier: Carrier; link: number }> => {
  const dial = pool.dial(dialOptions)
  const { link } = await modem.next('dial')
  modem.say({ type: 'open', link })
  const carrier = await dial.carrier
  if (!carrier) throw new Error('the link did not open')
  return { carrier, link }
}

const closing = (carrier: Carrier): Promise<string> =>
  new Promise((resolve) => {
    carrier.onclose = resolve
  })

describe('modem pool', () => {
  it('[T20] a pool without windows dials nothing and says why', async () => {
    const pool = await poolWith()
    expect(pool.missing()).to.equal('no-modem')
    expect(await pool.dial(dialOptions).carrier).to.equal(undefined)
  })

  it('[T20] a window without WebRTC is not dialled over', async () => {
    const pool = await poolWith(createFakeModem(false))
    expect(pool.available()).to.equal(false)
    expect(pool.missing()).to.equal('no-webrtc')
  })

  it('[T21] signals go both ways and bytes keep their order and boundaries', async () => {
    const modem = createFakeModem()
    const pool = await poolWith(modem)
    const texts: string[] = []
    const dial = pool.dial({ ...dialOptions, onSignal: (text) => texts.push(text) })
    const { link } = await modem.next('dial')
    dial.signal('theirs')
    expect((await modem.next('signal')).signal).to.equal('theirs')
    modem.say({ type: 'signal', link, signal: 'ours' })
    modem.say({ type: 'open', link })
    // Bytes that come before the owner has set its handler are not lost.
    modem.say({ type: 'bytes', link, bytes: Uint8Array.of(1, 2) })
    modem.say({ type: 'bytes', link, bytes: Uint8Array.of(3) })
    const carrier = await dial.carrier
    await settle(20)
    const received: number[][] = []
    carrier!.onmessage = (message) => received.push([...message])
    await until(() => received.length === 2, 'both messages')
    expect(received).to.deep.equal([[1, 2], [3]])
    expect(texts).to.deep.equal(['ours'])
  })

  it('[T22] buffered() counts what is posted and what the channel holds, and drains once', async () => {
    const modem = createFakeModem()
    const { carrier, link } = await openCarrier(await poolWith(modem), modem)
    let drained = 0
    carrier.ondrain = () => {
      drained += 1
    }
    const message = new Uint8Array(200_000)
    carrier.send(message)
    carrier.send(message)
    expect(message.length).to.equal(200_000)
    expect(carrier.buffered()).to.equal(400_000)
    const report = (total: number, buffered: number): void => modem.say({ type: 'sent', link, total, buffered })
    report(200_000, 200_000)
    await settle(10)
    expect(carrier.buffered()).to.equal(400_000)
    report(400_000, 100_000)
    await until(() => carrier.buffered() === 100_000, 'what the channel holds')
    report(400_000, 0)
    await until(() => carrier.buffered() === 0, 'an empty channel')
    await settle(10)
    expect(drained).to.equal(1)
  })

  it('[T23] a window that says goodbye closes its carriers at once', async () => {
    const modem = createFakeModem()
    const pool = await poolWith(modem)
    const { carrier } = await openCarrier(pool, modem)
    const closed = closing(carrier)
    modem.say({ type: 'bye' })
    expect(await closed).to.equal('modem-gone')
    expect(pool.available()).to.equal(false)
  })

  it('[T24] a window that answers no heartbeat is fenced off, and what it says later is not heard', async () => {
    const modem = createFakeModem()
    const pool = await beatingPoolWith(HEARTBEAT_MS, modem)
    const { carrier, link } = await openCarrier(pool, modem)
    const closed = closing(carrier)
    let heard = 0
    carrier.onmessage = () => {
      heard += 1
    }
    modem.isAwake = false
    expect(await closed).to.equal('modem-gone')
    modem.say({ type: 'bytes', link, bytes: Uint8Array.of(1) })
    await settle(20)
    expect(heard).to.equal(0)
    expect(pool.available()).to.equal(false)
  })

  it('[T24] a window that answers is kept', async () => {
    const modem = createFakeModem()
    const pool = await beatingPoolWith(HEARTBEAT_MS, modem)
    await until(() => modem.pings() > 2 * MAX_MISSED_BEATS, 'more heartbeats than may stay unanswered')
    expect(pool.available()).to.equal(true)
  })

  it('[T25] a dial in progress ends with its window', async () => {
    const modem = createFakeModem()
    const pool = await poolWith(modem)
    const dial = pool.dial(dialOptions)
    await modem.next('dial')
    modem.say({ type: 'bye' })
    expect(await dial.carrier).to.equal(undefined)
  })

  it('[T25] the least busy window dials', async () => {
    const [one, two] = [createFakeModem(), createFakeModem()]
    const pool = await poolWith(one, two)
    pool.dial(dialOptions)
    pool.dial(dialOptions)
    const links = [await one.next('dial'), await two.next('dial')].map(({ link }) => link)
    expect(links.sort()).to.deep.equal([1, 2])
  })

  it('[T26] a message over the limit ends the link, in either direction', async () => {
    const modem = createFakeModem()
    const { carrier, link } = await openCarrier(await poolWith(modem), modem)
    expect(() => carrier.send(new Uint8Array(MAX_CHANNEL_MESSAGE + 1))).to.throw(RangeError)
    const closed = closing(carrier)
    modem.say({ type: 'bytes', link, bytes: new Uint8Array(MAX_CHANNEL_MESSAGE + 1) })
    expect(await closed).to.equal('message-too-large')
    expect((await modem.next('close')).link).to.equal(link)
  })

  it('[T26] a signal over the limit ends the dial', async () => {
    const modem = createFakeModem()
    const pool = await poolWith(modem)
    const dial = pool.dial(dialOptions)
    dial.signal('x'.repeat(MAX_SIGNAL_CHARS + 1))
    expect(await dial.carrier).to.equal(undefined)
  })
})
