/** Who is asked to keep an item. */
import { expect } from 'chai'
import fc from 'fast-check'
import { seededDice } from '../../../bench/churn/random.ts'
import { AVAILABILITY } from '../../../src/core/placement/availability.ts'
import { chooseHolders, MAX_CANDIDATES, type PlacementRequest } from '../../../src/core/placement/choose-holders.ts'
import { familyCap, pieceBytes, piecesOf } from '../../../src/core/placement/redundancy.ts'
import { describe, it } from '../../support/runner.ts'
import { anyCandidates, anyRedundancy, BLOCK, COPIES, candidate, crowd, KIB, SHARDS } from './people.ts'

const request = (facts: Partial<PlacementRequest>): PlacementRequest => ({
  redundancy: COPIES(3),
  bytes: BLOCK,
  owner: 'owner',
  held: [],
  silent: [],
  candidates: [],
  balanceBytes: Number.MAX_SAFE_INTEGER,
  ...facts,
})

const choose = (facts: Partial<PlacementRequest>, seed = 1) => chooseHolders(request(facts), seededDice(seed))

const anyRequest = fc.record({
  redundancy: anyRedundancy,
  bytes: fc.integer({ min: 1, max: BLOCK }),
  owner: fc.integer({ min: 0, max: 24 }).map((id) => `p${id}`),
  held: anyCandidates.map((found) => [...new Map(found.map((place) => [place.person, place])).values()].slice(0, 3)),
  silent: fc.constant([]),
  candidates: anyCandidates,
  balanceBytes: fc.integer({ min: 0, max: 20 * BLOCK }),
})

describe('choosing holders', () => {
  it('[PL6] never two pieces at one person, none at the owner, for any people and any seed', () => {
    const property = fc.property(anyRequest, fc.integer(), (anything, seed) => {
      const { chosen } = chooseHolders(anything, seededDice(seed))
      const persons = [...anything.held, ...chosen].map(({ person }) => person)
      expect(new Set(persons).size).equal(persons.length)
      expect(chosen.some(({ person }) => person === anything.owner)).equal(false)
    })
    fc.assert(property, { numRuns: 500 })
  })

  it('[PL6] who is silent may come back with the piece, and is not asked for another', () => {
    const second = candidate('second', { person: 'p0' })
    const { chosen } = choose({ candidates: [...crowd(3), second], silent: [candidate('p0')] })
    expect(chosen.map(({ device }) => device).sort()).deep.equal(['p1', 'p2'])
  })

  it('[PL7] never more than is offered, paid for or wanted; only who is online', () => {
    const property = fc.property(anyRequest, fc.integer(), (anything, seed) => {
      const { chosen, redundancy, shortfall } = chooseHolders(anything, seededDice(seed))
      const piece = pieceBytes(redundancy, anything.bytes)
      const missing = Math.max(0, piecesOf(redundancy) - anything.held.length)
      expect(chosen.every(({ freeBytes, online }) => online && freeBytes >= piece)).equal(true)
      expect(chosen.length * piece).at.most(anything.balanceBytes)
      expect(chosen.length + (shortfall?.missing ?? 0)).equal(missing)
    })
    fc.assert(property, { numRuns: 500 })
  })

  it('[PL7] many items one after the other fill what is offered and no more', () => {
    const room = new Map(crowd(6, { freeBytes: 3 * BLOCK }).map((one) => [one.device, one]))
    const dice = seededDice(5)
    let placed = 0
    for (let item = 0; item < 12; item++) {
      const { chosen } = chooseHolders(request({ candidates: [...room.values()] }), dice)
      placed += chosen.length
      for (const one of chosen) room.set(one.device, { ...one, freeBytes: one.freeBytes - BLOCK })
    }
    expect(placed).within(16, 18)
    expect([...room.values()].every(({ freeBytes }) => freeBytes >= 0)).equal(true)
  })

  it('[PL6] the same people and the same seed give the same holders', () => {
    const property = fc.property(anyRequest, fc.integer(), (anything, seed) => {
      expect(chooseHolders(anything, seededDice(seed))).deep.equal(chooseHolders(anything, seededDice(seed)))
    })
    fc.assert(property, { numRuns: 100 })
  })

  it('[PL8] a better class goes first, whatever room and presence the others have', () => {
    const candidates = [
      candidate('safari', { availability: 'evicting-tab', family: 'webkit', presence: 1, freeBytes: 64 * BLOCK }),
      candidate('tab', { presence: 1, family: 'firefox' }),
      candidate('app', { availability: 'app', presence: 0.01 }),
      candidate('host', { availability: 'host', family: undefined, presence: 0.01 }),
    ]
    const order = choose({ candidates, redundancy: COPIES(4) }).chosen.map(({ device }) => device)
    expect(order).deep.equal(['host', 'app', 'tab', 'safari'])
  })

  it('[PL8] hosts get as many pieces as give the item back, and more only when nobody else is there', () => {
    const hosts = crowd(8).map((one) => ({ ...one, availability: 'host' as const, family: undefined }))
    const tabs = Array.from({ length: 8 }, (_, i) => candidate(`t${i}`, { family: i % 2 ? 'firefox' : 'chromium' }))
    const atHosts = (facts: Partial<PlacementRequest>) =>
      choose(facts).chosen.filter(({ availability }) => availability === 'host').length
    expect(atHosts({ candidates: [...tabs, ...hosts] })).equal(1)
    expect(atHosts({ candidates: [...tabs, ...hosts], redundancy: SHARDS(3, 9) })).equal(3)
    expect(atHosts({ candidates: [...tabs, ...hosts], held: [hosts[0]!] })).equal(0)
    expect(atHosts({ candidates: hosts })).equal(3)
    expect(choose({ candidates: hosts }).crowdedFamily).equal(false)
  })

  it('[PL8] within a class the more present and the roomier are drawn more often, nobody never', () => {
    const candidates = [
      candidate('often', { presence: 0.8 }),
      candidate('seldom', { presence: 0.1 }),
      candidate('full', { presence: 0.8, freeBytes: BLOCK }),
    ]
    const wins = new Map<unknown, number>()
    for (let seed = 0; seed < 2000; seed++) {
      const first = choose({ candidates, redundancy: COPIES(1) }, seed).chosen[0]!.device
      wins.set(first, (wins.get(first) ?? 0) + 1)
    }
    const [often, seldom, full] = ['often', 'seldom', 'full'].map((device) => wins.get(device) ?? 0)
    expect(often).above(5 * seldom!)
    expect(seldom).above(full!)
    expect(full).above(20)
  })

  it('[PL9] no family gets so much that its eviction would end the item, while others are there', () => {
    const property = fc.property(anyRequest, fc.integer(), (anything, seed) => {
      const { chosen, redundancy, crowdedFamily } = chooseHolders({ ...anything, held: [] }, seededDice(seed))
      const inFamily = new Map<string, number>()
      for (const { family } of chosen) if (family) inFamily.set(family, (inFamily.get(family) ?? 0) + 1)
      const most = Math.max(0, ...inFamily.values())
      expect(crowdedFamily).equal(most > familyCap(redundancy))
    })
    fc.assert(property, { numRuns: 500 })
  })

  it('[PL9] families take turns within a class, however seldom one is drawn', () => {
    const rare = { presence: 0.02, freeBytes: BLOCK }
    const others = [candidate('fox', { ...rare, family: 'firefox' }), candidate('web', { ...rare, family: 'webkit' })]
    for (let seed = 0; seed < 50; seed++) {
      const { chosen } = choose({ candidates: [...crowd(20), ...others], redundancy: COPIES(5) }, seed)
      expect(new Set(chosen.slice(0, 3).map(({ family }) => family)).size).equal(3)
    }
  })

  it('[PL9] a family that has its part gives way to a worse class; what is held already counts', () => {
    const candidates = [...crowd(20, { availability: 'app' }), candidate('fox', { family: 'firefox' })]
    const { chosen, crowdedFamily } = choose({ candidates, held: [candidate('h')], redundancy: COPIES(2) })
    expect(chosen.map(({ device }) => device)).deep.equal(['fox'])
    expect(crowdedFamily).equal(false)
  })

  it('[PL9] with one family alone it is used, and said', () => {
    const { chosen, crowdedFamily } = choose({ candidates: crowd(5) })
    expect(chosen.length).equal(3)
    expect(crowdedFamily).equal(true)
  })

  it('[PL5] shards fall back to copies of the same price with too few persons, and say so', () => {
    const few = choose({ candidates: crowd(9), redundancy: SHARDS(4, 12) })
    expect(few.fellBack).equal(true)
    expect(few.redundancy).deep.equal(COPIES(3))
    expect(few.chosen.length).equal(3)
    expect(choose({ candidates: crowd(12), redundancy: SHARDS(4, 12) }).fellBack).equal(false)
    expect(choose({ candidates: crowd(2), redundancy: SHARDS(4, 12) }).redundancy).deep.equal(COPIES(2))
  })

  it('[PL5] shards that are kept already stay shards, with however few persons', () => {
    const { fellBack, chosen } = choose({ candidates: crowd(3), held: [candidate('h')], redundancy: SHARDS(4, 12) })
    expect(fellBack).equal(false)
    expect(chosen.length).equal(3)
  })

  it('[PL10] alone on the host', () => {
    expect(choose({ candidates: [] }).shortfall).deep.equal({ type: 'alone', missing: 3 })
    const own = [candidate('d1', { person: 'owner' }), candidate('d2', { person: 'owner' })]
    expect(choose({ candidates: own }).shortfall?.type).equal('alone')
  })

  it('[PL10] everyone offline', () => {
    const { shortfall } = choose({ candidates: crowd(4, { online: false }) })
    expect(shortfall).deep.equal({ type: 'everyone-offline', missing: 3, persons: 4 })
  })

  it('[PL10] a balance too small: what it pays for is placed, and how much is wanting is said', () => {
    const { chosen, shortfall } = choose({ candidates: crowd(9), balanceBytes: BLOCK + 100 * KIB })
    expect(chosen.length).equal(1)
    expect(shortfall).deep.equal({ type: 'balance-too-small', missing: 2, bytesWanting: 2 * BLOCK - 100 * KIB })
    expect(choose({ candidates: crowd(9), balanceBytes: -1 }).shortfall).deep.equal({
      type: 'balance-too-small',
      missing: 3,
      bytesWanting: 3 * BLOCK + 1,
    })
  })

  it('[PL10] too few persons, and too little room at enough of them', () => {
    const shared = [...crowd(2), candidate('second', { person: 'p0' })]
    expect(choose({ candidates: shared }).shortfall).deep.equal({ type: 'too-few-persons', missing: 1, persons: 2 })
    const full = [...crowd(2), candidate('x', { freeBytes: KIB }), candidate('y', { freeBytes: 0 })]
    expect(choose({ candidates: full }).shortfall).deep.equal({ type: 'too-little-room', missing: 1, persons: 4 })
  })

  it('[PL6] more candidates than an index hands out are not looked at', () => {
    const candidates = [...crowd(MAX_CANDIDATES), candidate('beyond', { availability: 'host', family: undefined })]
    expect(choose({ candidates }).chosen.some(({ device }) => device === 'beyond')).equal(false)
  })

  it('[PL1] the order of classes is that of their ranks', () => {
    const ranks = Object.values(AVAILABILITY).map(({ rank }) => rank)
    expect(ranks).deep.equal([0, 1, 2, 3])
  })
})
