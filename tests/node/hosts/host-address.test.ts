import { expect } from 'chai'
import { createStrangersHosts } from '../../../src/node-worker/hosts/host-address.ts'
import { describe, it } from '../../support/runner.ts'

const PUBLIC = ['https://kith.example', 'https://kith.example:8443', 'https://8.8.8.8', 'https://[2600::1]']
const LOOPBACK = [
  ...['http://localhost:8484', 'https://localhost', 'http://127.0.0.1:1', 'https://127.9.9.9', 'http://[::1]:8484'],
  ...['https://2130706433', 'https://0x7f.1', 'https://[::ffff:7f00:1]', 'https://a.localhost', 'https://localhost.'],
]
const NEAR = [
  ...['https://10.0.0.1', 'https://192.168.1.1:8443', 'https://169.254.169.254', 'https://[fd00::1]', 'https://0'],
  ...['https://[::ffff:a00:1]', 'https://router', 'https://router.', 'https://nas.local', 'https://a.b.internal'],
  ...['https://box.lan', 'https://box.home.arpa'],
]
const NEVER = ['http://kith.example', 'http://10.0.0.1', 'ftp://kith.example', 'https://me@kith.example', 'nonsense']

const fromWeb = createStrangersHosts({ own: ['https://own.example'], home: ['https://own.example'] })
const fromHere = createStrangersHosts({ own: ['http://localhost:8484'], home: ['http://localhost:8484'] })

describe('hosts that strangers name', () => {
  it('[H36] are dialled when they are public', () => {
    for (const host of PUBLIC) {
      expect(fromWeb(host), host).to.equal(host)
      expect(fromHere(host), host).to.equal(host)
    }
  })

  it('[H36] on this machine only where the app came from this machine', () => {
    for (const host of LOOPBACK) {
      expect(fromWeb(host), host).to.equal(undefined)
      expect(fromHere(host), host).to.equal(new URL(host).origin)
    }
  })

  it('[H36] in private networks never, however they are written', () => {
    for (const host of NEAR) {
      expect(fromWeb(host), host).to.equal(undefined)
      expect(fromHere(host), host).to.equal(undefined)
    }
  })

  it('[H36] that are the own ones too are, wherever they are', () => {
    const own = ['https://192.168.1.1:8443', 'http://localhost:8484']
    const of = createStrangersHosts({ own, home: ['https://own.example'] })
    for (const host of own) expect(of(`${host}/`)).to.equal(host)
    expect(of('https://192.168.1.2:8443')).to.equal(undefined)
    expect(of('http://localhost:8485')).to.equal(undefined)
  })

  it('[H36] and what is never dialled is not', () => {
    for (const host of NEVER) expect(fromHere(host), host).to.equal(undefined)
  })
})
