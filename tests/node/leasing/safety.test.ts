/** Whether everything would survive a wipe now, told in numbers. */
import { expect } from 'chai'
import type { Copy } from '../../../src/core/economy/ledger-view.ts'
import { assessItem, assessSafety, type SafetyInput } from '../../../src/node-worker/leasing/safety.ts'
import { LOG_ACCOUNT, LOG_FEED, LOG_NOTES } from '../../../src/node-worker/log/log-service.ts'
import type { PersonCard } from '../../../src/rpc/views.ts'
import { describe, it } from '../../support/runner.ts'

const NOW = 1_800_000_000_000
const DAY = 86_400_000
const [BOB, CAT] = ['bb', 'cc'].map((byte) => byte.repeat(32)) as [string, string]
const [ACCOUNT, NOTES, FEED] = [LOG_ACCOUNT, LOG_NOTES, LOG_FEED].map((log) => `log ${'aa'.repeat(32)} ${log}`) as [
  string,
  string,
  string,
]
const PICTURE = 'block bafkreipicture'
const NAMES: Readonly<Record<string, string>> = { [BOB]: 'bob', [CAT]: 'cat' }

const copy = (subject: string, device: string, { held = 2, ends = NOW + 20 * DAY } = {}): Copy => ({
  owner: 'me',
  subject,
  holderPerson: NAMES[device] ?? 'me',
  holderDevice: device,
  used: 2,
  held,
  leases: [{ id: `${subject} ${device}`, ends } as never],
})
const everywhere = [ACCOUNT, NOTES, FEED, PICTURE].flatMap((subject) => [copy(subject, BOB), copy(subject, CAT)])

const thing = (key: string, copies = 3) => ({ key, steps: 2, copies })
const inputOf = (given: Partial<SafetyInput> = {}): SafetyInput => ({
  me: 'me',
  now: NOW,
  copies: 3,
  things: [ACCOUNT, NOTES, FEED, PICTURE].map((key) => thing(key)),
  held: everywhere,
  short: new Map(),
  refusals: [],
  facts: () => ({ availability: 'tab', family: undefined, lastSeen: NOW }),
  lastProof: () => NOW - DAY,
  isOnline: (device) => device === BOB,
  hasNewest: () => true,
  card: (id) => ({ id, name: id }) as PersonCard,
  ...given,
})
const assess = (given: Partial<SafetyInput> = {}) => assessSafety(inputOf(given))

describe('safety', () => {
  it('[PL21] yes when everything is with others, and with whom', () => {
    const view = assess()
    expect(view).to.deep.include({ copies: 3, survives: true })
    expect(view.kinds).to.deep.equal(
      ['account', 'notes', 'posts', 'files'].map((kind) => ({ kind, things: 1, lost: 0, fewest: 2 })),
    )
    expect(view.holders.map(({ person, online, things }) => ({ name: person.name, online, things }))).to.deep.equal([
      { name: 'bob', online: true, things: 4 },
      { name: 'cat', online: false, things: 4 },
    ])
    expect(assess({ things: [], held: [] })).to.deep.include({ survives: true, kinds: [], holders: [] })
  })

  it('[PL21] no when one thing is nowhere else, and which kind it is', () => {
    const view = assess({ held: everywhere.filter(({ subject }) => subject !== NOTES) })
    expect(view).to.deep.include({ survives: false, because: 'nowhere-else' })
    expect(view.kinds.filter(({ lost }) => lost > 0)).to.deep.equal([{ kind: 'notes', things: 1, lost: 1, fewest: 0 }])
  })

  it('[PL21] [Q40] an item is safe when all is that it stands in, with as many people as keep all of it', () => {
    const item = (things: SafetyInput['things'], given: Partial<SafetyInput> = {}) =>
      assessItem(inputOf({ things, ...given }))
    expect(item([thing(FEED), thing(PICTURE)])).to.deep.equal({ survives: true, people: 2 })
    const held = everywhere.filter(({ subject, holderPerson }) => subject !== PICTURE || holderPerson === 'bob')
    expect(item([thing(FEED), thing(PICTURE)], { held })).to.deep.equal({ survives: true, people: 1 })
    const gone = everywhere.filter(({ subject }) => subject !== PICTURE)
    expect(item([thing(FEED), thing(PICTURE, 1)], { held: gone })).to.deep.equal({
      survives: false,
      people: 0,
      because: 'nowhere-else',
    })
  })

  it('[PL21] a holder without the newest entry of a log has not all of it', () => {
    const hasNewest: SafetyInput['hasNewest'] = (key, device) => key !== NOTES || device === BOB
    expect(assess({ hasNewest }).kinds.find(({ kind }) => kind === 'notes')).to.include({ lost: 0, fewest: 1 })
    const nobody = assess({ hasNewest: (key) => key !== NOTES })
    expect(nobody).to.deep.include({ survives: false, because: 'nowhere-else' })
  })

  it('[PL21] what is only promised, one’s own copy and what is over count for nothing', () => {
    const held = [copy(NOTES, BOB, { held: 0 }), copy(NOTES, 'here')]
    expect(assess({ things: [thing(NOTES)], held }).because).to.equal('nowhere-else')
    const over = [copy(PICTURE, BOB, { ends: NOW })]
    expect(assess({ things: [thing(PICTURE)], held: over }).because).to.equal('lease-over')
  })

  it('[PL13] [PL21] who was silent for too long has it no more, nor who did not prove a block', () => {
    const silent = { availability: 'tab' as const, family: undefined, lastSeen: NOW - 5 * DAY }
    expect(assess({ facts: () => silent, lastProof: () => NOW - 5 * DAY }).because).to.equal('silent')
    const unproven = assess({ lastProof: () => NOW - 22 * DAY })
    // Logs are read all the time; only blocks are asked for.
    expect(unproven.kinds.filter(({ lost }) => lost > 0).map(({ kind }) => kind)).to.deep.equal(['files'])
    expect(unproven.because).to.equal('unproven')
  })

  it('[PL10] the reason that concerns most things is the one that is named', () => {
    const short = new Map([
      [NOTES, { type: 'too-few-persons', missing: 1, persons: 1 } as const],
      [PICTURE, { type: 'balance-too-small', missing: 1, bytesWanting: 8192 } as const],
      [FEED, { type: 'balance-too-small', missing: 1, bytesWanting: 4096 } as const],
    ])
    expect(assess({ short }).shortage).to.deep.equal({ type: 'balance-too-small', things: 2, bytes: 12_288 })
  })

  it('[EC8] says why people who are here refused, by what most of them said, and nothing that it does not know', () => {
    const short = new Map([[NOTES, { type: 'alone', missing: 1 } as const]])
    const refused = (...refusals: string[]) => assess({ short, refusals }).shortage?.refused
    expect(refused()).to.equal(undefined)
    expect(refused('<b>', 'constructor')).to.equal(undefined)
    expect(refused('over-ration', 'lease-over', 'clocks-differ')).to.equal('clocks-differ')
    expect(refused('full')).to.equal('no-room')
    const poor = new Map([[NOTES, { type: 'balance-too-small', missing: 1, bytesWanting: 8192 } as const]])
    expect(assess({ short: poor, refusals: ['full'] }).shortage).to.not.have.property('refused')
  })
})
