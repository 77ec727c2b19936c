/** Which copies count, as a holder sees it: pure, so everything is told in names. */
import { expect } from 'chai'
import type { Copy } from '../../../src/core/economy/ledger-view.ts'
import { countCopies, findLosses, type LossInput } from '../../../src/node-worker/leasing/repair/losses.ts'
import { describe, it } from '../../support/runner.ts'

const NOW = 1_800_000_000_000
const DAY = 86_400_000

/** A copy of `subject` with the device `holder` of a person of that name; `wanted` and `ends` of its newest lease. */
const copy = (
  subject: string,
  holder: string,
  { held = 2, wanted = 2, ends = NOW + DAY }: { held?: number; wanted?: number; ends?: number } = {},
): Copy => ({
  owner: 'ada',
  subject,
  holderPerson: holder.replace(/\d/, ''),
  holderDevice: holder,
  used: 2,
  held,
  leases: [{ id: `${subject}@${holder}`, copies: wanted, ends } as never],
})

const seenBefore = (days: Readonly<Record<string, number>>) => (device: string) => ({
  availability: 'tab' as const,
  family: undefined,
  lastSeen: NOW - (days[device] ?? 0) * DAY,
})

const input = (copies: readonly Copy[], given: Partial<LossInput> = {}): LossInput => ({
  deviceId: 'me',
  now: NOW,
  copies,
  substitutes: new Map(),
  facts: seenBefore({}),
  ...given,
})
const lost = (copies: readonly Copy[], given?: Partial<LossInput>) =>
  findLosses(input(copies, given)).map(({ subject, alive, wanted }) => [subject, alive.length, wanted])

describe('what is lost', () => {
  const whole = [copy('a', 'me'), copy('a', 'bob'), copy('a', 'ada')]

  it('[EC13] copies at other people count, the owner’s own do not', () => {
    expect(lost(whole)).to.deep.equal([])
    expect(lost([copy('a', 'me'), copy('a', 'ada')])).to.deep.equal([['a', 1, 2]])
  })

  it('[EC13] [PL13] a device that was not seen for longer than its class may be away counts no more; oneself is always seen', () => {
    expect(lost(whole, { facts: seenBefore({ bob: 4, me: 9 }) })).to.deep.equal([])
    const silent = { facts: seenBefore({ bob: 5, me: 9 }) }
    expect(lost(whole, silent)).to.deep.equal([['a', 1, 2]])
    expect(findLosses(input(whole, silent))[0]!.silent.map(({ device }) => device)).to.deep.equal(['bob'])
  })

  it('[EC13] two devices of one person are one copy, alive as long as one of them is', () => {
    const copies = [copy('a', 'me'), copy('a', 'bob1'), copy('a', 'bob2')]
    for (const away of ['bob1', 'bob2']) expect(lost(copies, { facts: seenBefore({ [away]: 9 }) })).to.deep.equal([])
    expect(lost(copies, { facts: seenBefore({ bob1: 9, bob2: 9 }) })).to.deep.equal([['a', 1, 2]])
  })

  it('[EC15] substitutes count like holders, each person once', () => {
    const copies = [copy('a', 'me', { wanted: 3 }), copy('a', 'bob', { wanted: 3 })]
    const substitutes = (...devices: string[]) => ({
      substitutes: new Map([['a', devices.map((device) => ({ person: device, device }))]]),
    })
    expect(lost(copies, substitutes('cat'))).to.deep.equal([])
    expect(lost(copies, substitutes('bob'))).to.deep.equal([['a', 2, 3]])
    expect(lost(copies, { ...substitutes('cat'), facts: seenBefore({ cat: 9 }) })).to.deep.equal([['a', 2, 3]])
  })

  it('[EC14] the newest lease says how many are wanted; what this device has not signed for it cannot make again', () => {
    const older = copy('a', 'bob', { wanted: 5, ends: NOW + 1 })
    expect(lost([copy('a', 'me', { wanted: 2 }), older])).to.deep.equal([])
    expect(lost([copy('a', 'me', { wanted: 3 }), older])).to.deep.equal([['a', 2, 3]])
    expect(lost([copy('a', 'me', { held: 0 })])).to.deep.equal([])
    expect(lost([copy('a', 'bob')])).to.deep.equal([])
  })

  it('[EC14] what has the fewest copies comes first', () => {
    const copies = [copy('a', 'me', { wanted: 3 }), copy('a', 'bob', { wanted: 3 }), copy('b', 'me', { wanted: 3 })]
    expect(lost(copies)).to.deep.equal([
      ['b', 1, 3],
      ['a', 2, 3],
    ])
    expect(countCopies('c', [], input([])).wanted).to.equal(0)
  })
})
