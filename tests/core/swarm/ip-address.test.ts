import { expect } from 'chai'
import { addressKind, addressNetwork } from '../../../src/core/swarm/ip-address.ts'
import { describe, it } from '../../support/runner.ts'

const KINDS = {
  loopback: [
    '127.0.0.1',
    '127.255.0.9',
    '::1',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
  ],
  private: [
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '100.127.255.255', '169.254.169.254', '172.16.0.1', '172.31.255.255'],
    ...['192.0.0.8', '192.168.0.1', '198.18.0.1', '198.19.255.255', '224.0.0.1', '255.255.255.255'],
    ...['::', 'fc00::1', 'fdff::1', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', '::10.0.0.1', '::ffff:10.0.0.1'],
    ...['64:ff9b::10.0.0.1', '2002:c0a8:0101::1'],
  ],
  public: [
    ...['1.1.1.1', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '172.15.0.1', '172.32.0.1'],
    ...['192.0.1.1', '192.167.0.1', '192.169.0.1', '198.17.0.1', '198.20.0.1', '223.255.255.255'],
    ...['2600::', '2a00:1450:4001:81b::200e', 'fbff::1', '::ffff:8.8.8.8', '64:ff9b::808:808', '2002:0808:0808::1'],
  ],
} as const

const NONE = [
  ...['', 'localhost', 'kith.example', '1.2.3', '1.2.3.4.5', '256.1.1.1', '01.2.3.4', '1.2.3.-4', '1.2.3.4 ', '0x7f.1'],
  ...[':', ':::', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7::8:9', '12345::', 'g::', '[::1]'],
  ...['::1.2.3', '1.2.3.4::', '::1:', '1:2:3:4:5:6:7:1.2.3.4', '10.0.0.1:80'],
]

describe('IP addresses', () => {
  for (const [kind, addresses] of Object.entries(KINDS))
    it(`[H36] that are ${kind} are known as such, however they are written`, () => {
      for (const address of addresses) expect(addressKind(address), address).to.equal(kind)
    })

  it('[H36] what is none has no kind and no network', () => {
    for (const text of NONE) {
      expect(addressKind(text), text).to.equal(undefined)
      expect(addressNetwork(text), text).to.equal(undefined)
    }
  })

  it('[H33] IPv4 counts alone, also when written as IPv6, and IPv6 by its first 64 bits', () => {
    expect(addressNetwork('203.0.113.7')).to.equal('203.0.113.7')
    expect(addressNetwork('::ffff:203.0.113.7')).to.equal('203.0.113.7')
    expect(addressNetwork('2001:db8::1')).to.equal('2001:db8:0:0')
    expect(addressNetwork('2001:0DB8:0:0:ffff::2')).to.equal('2001:db8:0:0')
    expect(addressNetwork('2001:db8:0:1::1')).to.equal('2001:db8:0:1')
    expect(addressNetwork('fe80::1%eth0')).to.equal('fe80:0:0:0')
  })
})
