import { expect } from 'chai'
import type { Carrier } from '../../../src/core/ports.ts'
import { createModemPool, type ModemPool } from '../../../src/node-worker/modems/modem-pool.ts'
import { type Modem, startModem } from '../../../src/page/modem.ts'
import { afterEach, describe, it, type TestContext } from '../../support/runner.ts'

const TOTAL_BYTES = 20_000_000
const MESSAGE_BYTES = 262_144
/** What a session keeps in a carrier at most. */
const MAX_BUFFERED = 2 * 1024 * 1024

const open: { close(): void }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

/** A node with one real modem in this window. */
const createPeer = async (): Promise<{ pool: ModemPool; modem: Modem }> => {
  const { port1, port2 } = new MessageChannel()
  const pool = await new Promise<ModemPool>((resolve) => {
    const made = createModemPool({ onChange: () => resolve(made) })
    made.attach(port2)
    const modem = startModem(port1, 'kith-tab-test', () => undefined)
    open.push(modem, made)
    Object.assign(made, { modem })
  })
  return { pool, modem: open.find((one): one is Modem => one === (pool as ModemPool & { modem: Modem }).modem)! }
}

const skipWithoutWebRtc = ({ skip }: TestContext): void => {
  if (!('RTCPeerConnection' in window)) skip('this engine has no WebRTC')
}

const connectPair = async (): Promise<{ one: Carrier; two: Carrier; modems: readonly Modem[] }> => {
  const [left, right] = [await createPeer(), await createPeer()]
  // Whatever the first side says before the second dial exists waits in this list.
  const early: string[] = []
  let toRight = (text: string): void => void early.push(text)
  const first = left.pool.dial({ initiator: true, iceServers: [], onSignal: (text) => toRight(text) })
  const second = right.pool.dial({ initiator: false, iceServers: [], onSignal: first.signal })
  toRight = second.signal
  for (const text of early) second.signal(text)
  const [one, two] = await Promise.all([first.carrier, second.carrier])
  if (!one || !two) throw new Error('no connection')
  return { one, two, modems: [left.modem, right.modem] }
}

const message = (index: number): Uint8Array => {
  const bytes = new Uint8Array(Math.min(MESSAGE_BYTES, TOTAL_BYTES - index * MESSAGE_BYTES)).fill(index & 0xff)
  new DataView(bytes.buffer).setUint32(0, index)
  return bytes
}

/** Sends everything, never more than a session would have in flight; returns the most that was buffered. */
const sendAll = async (carrier: Carrier): Promise<number> => {
  let most = 0
  for (let index = 0; index * MESSAGE_BYTES < TOTAL_BYTES; index++) {
    carrier.send(message(index))
    most = Math.max(most, carrier.buffered())
    if (carrier.buffered() > MAX_BUFFERED - MESSAGE_BYTES)
      await new Promise<void>((resolve) => {
        carrier.ondrain = resolve
      })
  }
  return most
}

describe('modem', () => {
  it('[T30] two modems carry 20 MB in order, whole, and with bounded buffers', async (context) => {
    skipWithoutWebRtc(context)
    const { one, two } = await connectPair()
    let received = 0
    let count = 0
    let isInOrder = true
    const all = new Promise<void>((resolve) => {
      two.onmessage = (bytes) => {
        isInOrder &&= new DataView(bytes.buffer).getUint32(0) === count && bytes.at(-1) === (count & 0xff)
        count += 1
        received += bytes.length
        if (received === TOTAL_BYTES) resolve()
      }
    })
    const started = performance.now()
    const most = await sendAll(one)
    await all
    console.info(`20 MB in ${Math.round(performance.now() - started)} ms, at most ${most} bytes buffered`)
    expect(isInOrder).to.equal(true)
    expect(most).to.be.at.most(MAX_BUFFERED)
  })

  it('[T31] closing one end closes the other', async (context) => {
    skipWithoutWebRtc(context)
    const { one, two } = await connectPair()
    const closed = new Promise((resolve) => {
      two.onclose = resolve
    })
    one.close('done')
    await closed
  })

  it('[T32] a modem that closes takes its carriers with it on both sides', async (context) => {
    skipWithoutWebRtc(context)
    const { one, two, modems } = await connectPair()
    const ends = [one, two].map(
      (carrier) =>
        new Promise<string>((resolve) => {
          carrier.onclose = resolve
        }),
    )
    modems[0]!.close()
    expect(await ends[0]).to.equal('modem-gone')
    await ends[1]
  })

  it('[T33] a signal that is no signal ends the dial', async (context) => {
    skipWithoutWebRtc(context)
    const { pool } = await createPeer()
    const dial = pool.dial({ initiator: false, iceServers: [], onSignal: () => undefined })
    dial.signal('{"type":"offer","sdp":"nonsense"}')
    dial.signal('not json')
    expect(await dial.carrier).to.equal(undefined)
  })
})
