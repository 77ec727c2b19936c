/** What waits between pages and nodes, and for how long. */
import { expect } from 'chai'
import { createBroker } from '../../../src/rpc/broker.ts'
import { type FromBroker, type Hello, MAX_WAITING_HELLOS, RPC_VERSION } from '../../../src/rpc/hello.ts'
import { MAX_MISSED_BEATS, startHeartbeat } from '../../../src/rpc/liveness.ts'
import { describe, it } from '../../support/runner.ts'

/** The names in hellos that came while nobody led, as they reach who leads then. */
const handedOver = async (count: number): Promise<(string | undefined)[]> => {
  const broker = createBroker()
  const { port1, port2 } = new MessageChannel()
  const hello = (lock: string): Hello => ({
    type: 'hello',
    version: RPC_VERSION,
    port: new MessageChannel().port2,
    lock,
  })
  const handOver = (lock: string): void => broker.handle({ type: 'hand-over', hello: hello(lock) }, port1)
  for (let i = 0; i < count; i++) handOver(`${i}`)
  broker.handle({ type: 'lead' }, port1)
  handOver('last')
  const locks: (string | undefined)[] = []
  await new Promise<void>((resolve) => {
    port2.onmessage = ({ data }: MessageEvent<FromBroker>) => {
      if (data.type !== 'hand-over') return
      data.hello.port.close()
      if (data.hello.lock === 'last') resolve()
      else locks.push(data.hello.lock)
    }
  })
  port2.close()
  return locks
}

describe('limits between pages and nodes', () => {
  it('[T2] 64 hellos wait for a tab that leads; of more the oldest are dropped', async () => {
    const names = Array.from({ length: MAX_WAITING_HELLOS + 2 }, (_, i) => `${i}`)
    expect(await handedOver(MAX_WAITING_HELLOS)).to.deep.equal(names.slice(0, -2))
    expect(await handedOver(MAX_WAITING_HELLOS + 2)).to.deep.equal(names.slice(2))
  })

  it('[T8] two heartbeats in a row may stay unanswered; at the next the other side counts as gone, once', async () => {
    const asked: string[] = []
    await new Promise<void>((resolve) => {
      startHeartbeat({
        interval: 5,
        ping: () => void asked.push('asked'),
        silent: () => {
          asked.push('gone')
          setTimeout(resolve, 50)
        },
      })
    })
    expect(asked).to.deep.equal([...Array<string>(MAX_MISSED_BEATS).fill('asked'), 'gone'])
  })

  it('[T8] whoever answers every second heartbeat is there', async () => {
    let [asked, gone] = [0, 0]
    await new Promise<void>((resolve) => {
      const beats = startHeartbeat({
        interval: 5,
        ping: () => {
          asked += 1
          if (asked % MAX_MISSED_BEATS === 0) beats.beat()
          if (asked < 5 * MAX_MISSED_BEATS) return
          beats.stop()
          resolve()
        },
        silent: () => {
          gone += 1
          resolve()
        },
      })
    })
    expect([asked, gone]).to.deep.equal([5 * MAX_MISSED_BEATS, 0])
  })
})
