import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import WebSocket from 'ws'
import { ok } from '../../src/core/result.ts'
import { createHub } from '../../src/host/index/hub.ts'
import { type AcceptLimits, acceptWebSockets } from '../../src/host/socket/accept.ts'
import { connect } from './support/client.ts'
import { createDevice, logInOf, type TestDevice } from './support/people.ts'

/** A host's sockets under limits that a test can reach; everybody who answers the challenge is let in. */
const withAcceptor = async (limits: AcceptLimits, test: (origin: string) => Promise<void>): Promise<void> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const context: Parameters<typeof acceptWebSockets>[1] = {
    hub: createHub((run, milliseconds) => {
      const timer = setTimeout(run, milliseconds)
      return () => clearTimeout(timer)
    }),
    welcome: { type: 'welcome', version: 1, publicUrl: 'https://kith.example', ice: [] },
    stopwatch: () => performance.now(),
    newChallenge: () => new Uint8Array(32),
    checkLogIn: async ({ device, person, network }) => ok({ device, person, network }),
  }
  const acceptor = acceptWebSockets(server, context, limits)
  try {
    await test(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    await acceptor.close()
    server.close()
  }
}

const logIn = async (origin: string, who: TestDevice) => {
  const client = await connect(origin)
  const { challenge } = await client.next('challenge')
  client.tell(await logInOf(who, origin, challenge))
  await client.next('welcome')
  return client
}

const refusal = async (origin: string): Promise<string> => {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/kith`)
  const [error] = (await once(socket, 'error')) as [Error]
  return error.message
}

describe('a host that is full', () => {
  it('[H13] takes no more connections that have not logged in, and does again when one has or is gone', async () => {
    await withAcceptor({ connections: 10, waiting: 2 }, async (origin) => {
      const [first, second] = [await connect(origin), await connect(origin)]
      assert.match(await refusal(origin), /503/)
      await second.close()
      const third = await connect(origin)
      const { challenge } = await first.next('challenge')
      first.tell(await logInOf(await createDevice(1), origin, challenge))
      await first.next('welcome')
      const fourth = await connect(origin)
      assert.match(await refusal(origin), /503/)
      for (const client of [first, third, fourth]) await client.close()
    })
  })

  it('[H13] takes no more connections at all over its limit', async () => {
    await withAcceptor({ connections: 2, waiting: 2 }, async (origin) => {
      const clients = [await logIn(origin, await createDevice(1)), await logIn(origin, await createDevice(2))]
      assert.match(await refusal(origin), /503/)
      await clients[0]!.close()
      const next = await logIn(origin, await createDevice(3))
      for (const client of [...clients.slice(1), next]) await client.close()
    })
  })
})
