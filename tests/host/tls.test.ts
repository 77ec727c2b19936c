import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import WebSocket from 'ws'
import { skipWithout } from '../support/missing.ts'
import { NO_OPENSSL, selfSigned } from './support/certificate.ts'
import { startHost } from './support/host.ts'

describe('TLS', () => {
  it('[H23] with a certificate the host serves https and wss, and nothing in the clear', async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'kith-tls-'))
    try {
      const files = await selfSigned(folder)
      if (!files) return skipWithout(context, NO_OPENSSL)
      const tls = { cert: await readFile(files.cert, 'utf8'), key: await readFile(files.key, 'utf8') }
      const host = await startHost({ tls })
      try {
        assert.equal(host.url, `https://localhost:${host.port}`)
        const status = await new Promise<number | undefined>((resolve, reject) => {
          const asked = request(`${host.url}/healthz`, { ca: tls.cert, servername: 'localhost' }, (response) => {
            response.resume()
            resolve(response.statusCode)
          })
          asked.on('error', reject)
          asked.end()
        })
        assert.equal(status, 200)
        const socket = new WebSocket(`wss://localhost:${host.port}/kith`, { ca: tls.cert })
        const challenge = await new Promise<Buffer>((resolve, reject) => {
          socket.on('message', (data) => resolve(data as Buffer))
          socket.on('error', reject)
        })
        assert.equal(challenge[0], 1)
        socket.close()
        await assert.rejects(fetch(`http://127.0.0.1:${host.port}/`))
      } finally {
        await host.close()
      }
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('[H23] a certificate that is none is refused at the start', async () => {
    await assert.rejects(startHost({ tls: { cert: 'none', key: 'none' } }))
  })
})
