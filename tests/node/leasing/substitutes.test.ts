/** What peers say that they keep in place of others: how much of it is remembered, and for how long. */
import { expect } from 'chai'
import { bytesToHex } from '../../../src/core/bytes.ts'
import type { LedgerBook } from '../../../src/node-worker/economy/ledger-book.ts'
import {
  MAX_SUBSTITUTES,
  MAX_UNKNOWN,
  openSubstitutes,
  type Substitutes,
} from '../../../src/node-worker/leasing/repair/substitutes.ts'
import type { Session } from '../../../src/node-worker/sessions/types.ts'
import type { Store } from '../../../src/node-worker/stores/store.ts'
import { openTestStore } from '../../support/open-store.ts'
import { afterEach, beforeEach, describe, it } from '../../support/runner.ts'

const peer = (n: number) => ({ person: `person ${n}`, device: new Uint8Array(32).fill(n) }) as unknown as Session
const deviceOf = (n: number): string => bytesToHex(new Uint8Array(32).fill(n))

describe('substitutes', () => {
  let store: Store
  let substitutes: Substitutes
  /** Leases `a1` and `a2` are of things of Ada's; the ledger may come later. */
  let known: Set<string>
  const book = {
    lease: (id: string) => (known.has(id) ? { fact: { person: 'ada', subject: `thing ${id}` } } : undefined),
  } as unknown as LedgerBook

  beforeEach(async () => {
    known = new Set(['a1', 'a2'])
    store = await openTestStore()
    substitutes = await openSubstitutes(store, book)
  })
  afterEach(() => store.destroy())

  const keepers = (thing: string): string[] => (substitutes.of('ada').get(thing) ?? []).map(({ device }) => device)

  it('[EC15] are known by what they said, also after a restart, until they take it back or come anew', async () => {
    await substitutes.said(peer(1), ['a1', 'a2'])
    await substitutes.said(peer(2), ['a1'])
    expect(keepers('thing a1')).to.deep.equal([deviceOf(1), deviceOf(2)])
    await substitutes.unsaid(deviceOf(1), ['a1'])
    expect(keepers('thing a1')).to.deep.equal([deviceOf(2)])
    expect(keepers('thing a2')).to.deep.equal([deviceOf(1)])
    substitutes = await openSubstitutes(store, book)
    expect(keepers('thing a2')).to.deep.equal([deviceOf(1)])
    await substitutes.forget(deviceOf(1))
    await substitutes.forget(deviceOf(2))
    substitutes = await openSubstitutes(store, book)
    expect(substitutes.of('ada').size).to.equal(0)
  })

  it('[EC16] what they name may be learned of later: so much and no more is remembered of it', async () => {
    const many = Array.from({ length: MAX_UNKNOWN * 2 }, (_, n) => `later ${n}`)
    await substitutes.said(peer(1), [...many, 'a1'])
    expect(substitutes.of('ada').size).to.equal(1)
    for (const id of many) known.add(id)
    expect(substitutes.of('ada').size).to.equal(1 + MAX_UNKNOWN)
  })

  it('[EC15] are as many as are remembered', async () => {
    for (let n = 0; n <= MAX_SUBSTITUTES; n++) await substitutes.said(peer(n), ['a1'])
    expect(keepers('thing a1')).to.have.length(MAX_SUBSTITUTES)
    expect(keepers('thing a1')).to.not.include(deviceOf(0))
  })
})
