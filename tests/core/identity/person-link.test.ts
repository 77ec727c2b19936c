/** Ids, fingerprints and links: the texts by which people find each other. */
import { expect } from 'chai'
import fc from 'fast-check'
import { rawCid } from '../../../src/core/blocks/cid.ts'
import { parsePersonId } from '../../../src/core/identity/person-id.ts'
import {
  encodePersonLink,
  MAX_HOST_CHARS,
  MAX_LINK_CHARS,
  MAX_LINK_HOSTS,
  normaliseHost,
  parsePersonLink,
} from '../../../src/core/identity/person-link.ts'
import { fingerprint, toProquints } from '../../../src/core/identity/proquint.ts'
import { before, describe, it } from '../../support/runner.ts'
import { incept } from './people.ts'

describe('person links', () => {
  let person = ''
  before(async () => {
    person = (await incept()).cid
  })

  const parsed = (text: string) => {
    const link = parsePersonLink(text)
    return link.ok ? link.value : link.error.type
  }

  it('[I16] a link leads back to id and hosts', () => {
    const hosts = ['https://kith.example', 'http://127.0.0.1:8080', 'https://[::1]:443']
    const link = encodePersonLink({ person, hosts, base: 'https://kith.example/' })
    expect(link).to.match(/^https:\/\/kith\.example\/@b[a-z2-7]{58}\?h=https%3A%2F%2Fkith\.example&h=/)
    expect(parsed(link)).to.deep.equal({ person, hosts })
  })

  it('[I16] a bare id, an @id and our own scheme are read too', () => {
    for (const text of [
      person,
      `@${person}`,
      ` ${person}\n`,
      `web+kith:${person}`,
      `web+kith:@${person}`,
      `web+kith://@${person}/`,
    ]) {
      expect(parsed(text), text).to.deep.equal({ person, hosts: [] })
    }
    expect(parsed(`web+kith:@${person}?h=https%3A%2F%2Fa.example`)).to.deep.equal({
      person,
      hosts: ['https://a.example'],
    })
  })

  it('[I16] the origin of the address is a host as well; fragments and other parameters are left alone', () => {
    expect(parsed(`https://A.example/app/@${person}?x=1#y?h=z`)).to.deep.equal({ person, hosts: ['https://a.example'] })
  })

  it('[I16] what is no origin is left out', () => {
    for (const host of [
      'javascript:alert(1)',
      'https://user:pw@a.example',
      'https://a.example/path',
      'ftp://a.example',
      '//a.example',
      '%',
      'https://a b',
      `https://${'a'.repeat(300)}.example`,
    ]) {
      expect(normaliseHost(host), host).to.equal(undefined)
      expect(parsed(`web+kith:@${person}?h=${host === '%' ? '%' : encodeURIComponent(host)}`), host).to.deep.equal({
        person,
        hosts: [],
      })
    }
  })

  it('[I16] too long, too many hosts and no id are refused', () => {
    const many = Array.from({ length: MAX_LINK_HOSTS + 1 }, (_, i) => `h=https%3A%2F%2Fh${i}.example`).join('&')
    expect(parsed(`web+kith:@${person}?${many}`)).to.equal('malformed')
    expect(parsed(`${person}?${'x'.repeat(MAX_LINK_CHARS)}`)).to.equal('malformed')
    for (const text of [
      '',
      '@',
      'https://kith.example/',
      `x${person}`,
      `data:text/html,@${person}`,
      person.slice(1),
      person.toUpperCase(),
    ]) {
      expect(parsed(text), text).to.equal('malformed')
    }
    expect(() => encodePersonLink({ person, hosts: ['nonsense'], base: 'https://a.example' })).to.throw(RangeError)
    const hosts = Array.from({ length: MAX_LINK_HOSTS + 1 }, (_, i) => `https://h${i}.example`)
    expect(() => encodePersonLink({ person, hosts, base: 'https://a.example' })).to.throw(RangeError)
  })

  it('[I16] a host of more than 255 characters is none', () => {
    const host = (length: number): string => `https://${'h'.repeat(length - 8)}`
    expect(normaliseHost(host(MAX_HOST_CHARS))).to.equal(host(MAX_HOST_CHARS))
    expect(normaliseHost(host(MAX_HOST_CHARS + 1))).to.equal(undefined)
  })

  it('[I16] no text whatever makes the parser throw', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 200 }),
        (text) => parsePersonLink(`${text}${person}?h=${text}`).ok !== undefined,
      ),
    )
  })

  it('[I1] a person id has one spelling and is the CID of a key event', () => {
    expect(parsePersonId(person)).to.deep.equal({ ok: true, value: person })
    for (const text of [
      person.toUpperCase(),
      `z${person.slice(1)}`,
      person.slice(0, -1),
      `${person}a`,
      rawCid(new Uint8Array(3)).toString(),
    ]) {
      expect(parsePersonId(text).ok, text).to.equal(false)
    }
  })
})

describe('fingerprints', () => {
  it('proquints are those of the proposal', () => {
    // Addresses from Wilkerson's "A Proposal for Proquints".
    expect(toProquints(Uint8Array.of(127, 0, 0, 1))).to.equal('lusab-babad')
    expect(toProquints(Uint8Array.of(63, 84, 220, 193))).to.equal('gutih-tugad')
    expect(toProquints(Uint8Array.of(198, 81, 129, 136))).to.equal('sinid-makam')
  })

  it('a person has three of them', async () => {
    const one = fingerprint((await incept(0)).cid)
    expect(one).to.match(/^[a-z]{5}-[a-z]{5}-[a-z]{5}$/)
    expect(one).not.to.equal(fingerprint((await incept(1)).cid))
    expect(() => fingerprint('nobody')).to.throw(TypeError)
  })
})
