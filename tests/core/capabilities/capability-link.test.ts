/** Links that carry capabilities: there and back, damaged, newer, too long. */
import { sha256 } from '@noble/hashes/sha2.js'
import { expect } from 'chai'
import fc from 'fast-check'
import { base32Decode, base32Encode, concatBytes, utf8Encode } from '../../../src/core/bytes.ts'
import type { Capability } from '../../../src/core/capabilities/capability.ts'
import {
  CAPABILITY_LINK_VERSION,
  encodeCapabilityLink,
  parseCapabilityLink,
} from '../../../src/core/capabilities/capability-link.ts'
import { MAX_LINK_CHARS, MAX_LINK_HOSTS } from '../../../src/core/identity/person-link.ts'
import { describe, it } from '../../support/runner.ts'

const BASE = 'https://kith.example'
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 })
const capabilities: fc.Arbitrary<Capability> = fc.oneof(
  bytes32.map((seed) => ({ kind: 'write', seed }) as const),
  fc.tuple(bytes32, bytes32).map(([key, readKey]) => ({ kind: 'read', key, readKey }) as const),
  bytes32.map((key) => ({ kind: 'verify', key }) as const),
)
const hosts = fc.uniqueArray(
  fc
    .tuple(fc.constantFrom('https', 'http'), fc.stringMatching(/^[a-z0-9]{1,12}$/))
    .map(([s, n]) => `${s}://${n}.example`),
  { maxLength: MAX_LINK_HOSTS - 1 },
)

const textOf = (link: string): string => link.slice(link.indexOf('#') + 1)
const failure = (link: string): unknown => {
  const parsed = parseCapabilityLink(link)
  return parsed.ok ? undefined : parsed.error.type
}
/** A text whose checksum is right, whatever it says. */
const seal = (...body: readonly (number | Uint8Array)[]): string => {
  const bytes = concatBytes(...body.map((part) => (typeof part === 'number' ? Uint8Array.of(part) : part)))
  const checksum = sha256(concatBytes(utf8Encode('kith/capability-link'), bytes)).subarray(0, 8)
  return base32Encode(concatBytes(bytes, checksum))
}
const KEY = new Uint8Array(32).fill(9)

describe('capability links', () => {
  it('[CP6] a link leads back to the capability and its hosts; where it opens is one more host', () => {
    fc.assert(
      fc.property(capabilities, hosts, (capability, named) => {
        const link = encodeCapabilityLink({ capability, hosts: named, base: `${BASE}/` })
        expect(parseCapabilityLink(` ${link}\n`)).to.deep.equal({
          ok: true,
          value: { capability, hosts: [...new Set([...named, BASE])] },
        })
        expect(parseCapabilityLink(textOf(link))).to.deep.equal({ ok: true, value: { capability, hosts: named } })
      }),
    )
  })

  it('[CP6] everything but the address stands behind the #, which no server is sent', () => {
    fc.assert(
      fc.property(capabilities, hosts, (capability, named) => {
        const url = new URL(encodeCapabilityLink({ capability, hosts: named, base: BASE }))
        expect(url.origin + url.pathname + url.search).to.equal(`${BASE}/shared`)
      }),
    )
  })

  it('[CP7] with any one character flipped, added or missing it is refused', () => {
    const alphabet = 'abcdefghijklmnopqrstuvwxyz234567ABC018-_.%'
    fc.assert(
      fc.property(
        capabilities,
        hosts,
        fc.nat(),
        fc.constantFrom(...alphabet),
        fc.constantFrom('flip', 'add', 'cut'),
        (capability, named, at, other, how) => {
          const text = textOf(encodeCapabilityLink({ capability, hosts: named, base: BASE }))
          const i = at % text.length
          fc.pre(how !== 'flip' || text[i] !== other)
          const changed = text.slice(0, i) + (how === 'cut' ? '' : other) + text.slice(how === 'add' ? i : i + 1)
          expect(failure(`${BASE}/shared#${changed}`)).to.be.oneOf(['damaged-link', 'malformed'])
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('[CP7] another version is named as such, and is not taken for damage', () => {
    const parsed = parseCapabilityLink(seal(2, 2, KEY, 0))
    expect(parsed).to.deep.equal({
      ok: false,
      error: { type: 'unknown-version', format: 'capability-link', version: 2, supported: CAPABILITY_LINK_VERSION },
    })
  })

  it('[CP7] what has a fine checksum and is not of the form is refused', () => {
    const host = utf8Encode('https://a.example')
    const cases: Readonly<Record<string, string>> = {
      empty: seal(),
      'unknown kind': seal(1, 4, KEY, 0),
      'key cut short': seal(1, 3, KEY.subarray(1), 0),
      'more behind it': seal(1, 3, KEY, 0, 0),
      'hosts missing': seal(1, 3, KEY, 2, host.length, host),
      'too many hosts': seal(
        1,
        3,
        KEY,
        MAX_LINK_HOSTS + 1,
        ...Array(MAX_LINK_HOSTS + 1)
          .fill([host.length, host])
          .flat(),
      ),
      'a path behind the host': seal(1, 3, KEY, 1, host.length + 1, concatBytes(host, utf8Encode('/'))),
      'no text': seal(1, 3, KEY, 1, 1, Uint8Array.of(0xff)),
    }
    for (const [name, text] of Object.entries(cases)) {
      expect(failure(text), name).to.be.oneOf(['malformed', 'unknown-version'])
    }
    for (const link of ['', '#', BASE, `${BASE}/shared`, `${BASE}/shared#`, `${BASE}/@x#${seal(1, 3, KEY, 0)}`]) {
      expect(failure(link), link).to.equal('malformed')
    }
  })

  it('[CP7] any bytes and any text are refused or read, and never throw', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseCapabilityLink(text)))
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void parseCapabilityLink(seal(bytes))))
    expect(base32Decode(seal(KEY))).to.not.equal(undefined)
  })

  it('[CP6] [CP7] too many hosts, none that are none, and no link over its length', () => {
    const capability = { kind: 'verify', key: KEY } as const
    const long = (i: number) => `https://${'a'.repeat(230)}${i}.example`
    const encode =
      (...named: string[]) =>
      () =>
        encodeCapabilityLink({ capability, hosts: named, base: BASE })
    expect(encode(...Array(MAX_LINK_HOSTS + 1).fill(BASE))).to.throw(RangeError)
    expect(encode('ftp://a.example')).to.throw(RangeError)
    const parsed = parseCapabilityLink(encode(...Array.from({ length: MAX_LINK_HOSTS }, (_, i) => long(i)))())
    const kept = parsed.ok ? parsed.value.hosts : []
    expect(kept.slice(0, -1)).to.deep.equal(Array.from({ length: kept.length - 1 }, (_, i) => long(i)))
    expect(kept).to.have.length.within(3, MAX_LINK_HOSTS - 1)
    expect(() => encodeCapabilityLink({ capability, hosts: [], base: long(0).repeat(9) })).to.throw(RangeError)
    expect(failure('a'.repeat(MAX_LINK_CHARS + 1))).to.equal('malformed')
  })
})
