/** Whom a holder waits for before it has others keep what was lost: of a real node every word that it hears is written here. */
import { expect } from 'chai'
import { cidToString, rawCid } from '../../../src/core/blocks/cid.ts'
import { hexToBytes } from '../../../src/core/bytes.ts'
import { USUAL_TERM } from '../../../src/core/economy/economy-limits.ts'
import { encodeSegment } from '../../../src/core/logs/segment-codec.ts'
import { URGENT_WINDOW_MS } from '../../../src/core/placement/repair.ts'
import {
  append,
  BLOCKS,
  createPerson,
  type Device,
  NOW,
  type Person,
  pledgeOf,
  runOf,
} from '../../core/economy/world.ts'
import { afterEach, beforeEach, describe, it } from '../../support/runner.ts'
import { settle, until } from '../../support/wait.ts'
import { leave } from '../economy/scene.ts'
import { type Duel, type Foe, startDuel } from './duel.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

describe('claims of holders', () => {
  let people: Person[]
  let duel: Duel
  let owner: Device
  let lost: Device
  let rivals: readonly Device[]
  let friend: Foe

  const left = (to: Device | Duel['me'], block: number) =>
    leave(owner, to, { block, ends: NOW + USUAL_TERM, copies: 2 })
  const now = (): number => duel.platform.clock.now()
  const comes = async (device: Device, steps: number): Promise<Foe> => {
    const foe = duel.meet(device)
    await foe.holds({ type: 'room', steps, availability: 'tab', family: null })
    return foe
  }
  const isAsked = (): boolean => friend.asked().some(({ type }) => type === 'substitute')
  /** Time passes a minute at a time; each look sees it. */
  const pass = async (milliseconds: number, isOver = () => false): Promise<void> => {
    for (const end = now() + milliseconds; now() < end && !isOver(); ) {
      duel.platform.clock.advance(MINUTE)
      await settle(100)
    }
  }
  const claims = async (device: Device): Promise<void> => {
    const foe = await comes(device, 0)
    await foe.owns({ type: 'claim', owner: owner.person, ticket: 0, at: now() })
  }
  /** The owner and one holder are gone for good; this node has what it signed for. */
  const loseHolder = async (): Promise<void> => {
    duel.standing.asks(owner.person, lost)
    const taken = await duel.services.logs.ingest(owner.person, encodeSegment(runOf(owner, 0)))
    expect(taken).to.have.property('ok', true)
    const mine = await until(
      () =>
        duel.book
          .view()
          .copiesOf(owner.person)
          .find(({ holderPerson }) => holderPerson === duel.me.person),
      'the ledger',
    )
    await duel.services.files.put(cidToString(rawCid(BLOCKS[1]!)), BLOCKS[1]!)
    await duel.book.sign({ kind: 'receipt', lease: mine.leases.map(({ id }) => hexToBytes(id))[0]! })
    duel.platform.clock.advance(5 * DAY)
  }

  beforeEach(async () => {
    people = await Promise.all([2, 3, 4, 5, 6].map((seed) => createPerson(seed, 1)))
    ;[owner, lost, ...rivals] = people.map(({ devices }) => devices[0]!) as [Device, Device, ...Device[]]
    duel = await startDuel(people)
    await append(owner, pledgeOf(owner, 64))
    for (const device of [duel.me, lost]) await left(device, 1)
  })
  afterEach(() => duel.close())

  it('[EC14] one who holds other things of the owner keeps nobody waiting', async () => {
    for (const rival of rivals.slice(0, 2)) await left(rival, 2)
    await loseHolder()
    await claims(rivals[0]!)
    await pass(9 * MINUTE)
    await claims(rivals[1]!)
    friend = await comes(rivals[2]!, 1024)
    await pass(4 * MINUTE, isAsked)
    expect(isAsked()).to.equal(true)
  })

  it('[EC14] with nobody there to ask, whoever comes is asked', async () => {
    await loseHolder()
    await pass(URGENT_WINDOW_MS + 20 * MINUTE)
    friend = await comes(rivals[2]!, 1024)
    await pass(3 * MINUTE, isAsked)
    expect(isAsked()).to.equal(true)
  })
})
