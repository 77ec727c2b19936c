import { expect } from 'chai'
import { dagCborCid } from '../../../src/core/blocks/cid.ts'
import { StreamKind } from '../../../src/core/sync/messages.ts'
import { CONFIRM_EVERY_MS, CONFIRM_STEP_MS } from '../../../src/node-worker/replication/confirmations.ts'
import type { Session, Stream } from '../../../src/node-worker/sessions/types.ts'
import { describe, it } from '../../support/runner.ts'
import { settle, until } from '../../support/wait.ts'
import { type Author, say, startAuthor, startVictim, streamFrom, type Victim } from './hostile-peer.ts'
import { createKeyWriter } from './key-writer.ts'

interface Scene {
  readonly ann: Author
  readonly victim: Victim
  /** A stranger's end of a session with the victim, who follows Ann. */
  readonly session: Session
  readonly log: Stream
  /** When Ann was last confirmed, as her page shows it. */
  confirmed(): Promise<number | undefined>
  /** Waits until she was confirmed at that time. */
  confirmedAt(time: number): Promise<unknown>
  /** Says what the stranger holds of Ann, and which key event is her newest. */
  name(event: Uint8Array | null): Promise<void>
  /** Lets time pass, and everything that waits for it run. */
  pass(milliseconds: number): Promise<number>
  stop(): Promise<void>
}

const startScene = async (): Promise<Scene> => {
  const ann = await startAuthor('Ann', 0)
  const mallory = await startAuthor('Mallory', 0)
  const victim = await startVictim([ann])
  const session = await victim.meet(mallory)
  const log = await streamFrom(session, StreamKind.log)
  const { clock } = victim.platform
  const confirmed = async () => (await victim.query('person', { person: ann.id })).confirmed
  return {
    ann,
    victim,
    session,
    log,
    confirmed,
    confirmedAt: (time) => until(async () => (await confirmed()) === time),
    async name(event) {
      const newest = event && dagCborCid(event).bytes
      await say(log, { type: 'heads', person: ann.id, newest, logs: [] })
      await settle(60)
    },
    async pass(milliseconds) {
      clock.advance(milliseconds)
      victim.timers.skip()
      await settle(60)
      return clock.now()
    },
    async stop() {
      for (const node of [victim, mallory, ann]) await node.stop()
    },
  }
}

const newestOf = (author: Author): Uint8Array => author.services.persons.get(author.id)!.events.at(-1)!

describe('the last confirmation of a person', () => {
  it('[SY22] is when a holder names the same newest key event, not another one and not none', async () => {
    const { ann, victim, confirmed, confirmedAt, name, stop } = await startScene()
    await name(null)
    await name(victim.services.persons.get(ann.id)!.events[0]!)
    await name(new Uint8Array(5))
    expect(await confirmed()).to.equal(undefined)
    await name(newestOf(ann))
    await confirmedAt(victim.platform.clock.now())
    await stop()
  })

  it('[SY22] moves with what holders say, at most once a minute', async () => {
    const { ann, victim, confirmed, confirmedAt, name, stop } = await startScene()
    const { clock } = victim.platform
    await name(newestOf(ann))
    const first = clock.now()
    await confirmedAt(first)
    clock.advance(CONFIRM_STEP_MS - 1)
    await name(newestOf(ann))
    expect(await confirmed()).to.equal(first)
    clock.advance(1)
    await name(newestOf(ann))
    await confirmedAt(first + CONFIRM_STEP_MS)
    await stop()
  })

  it('[SY22] moves while a session lasts that said so, until it is heard no more', async () => {
    const { ann, victim, session, confirmed, confirmedAt, name, pass, stop } = await startScene()
    const { clock } = victim.platform
    await name(newestOf(ann))
    await confirmedAt(clock.now())
    for (let i = 0; i < 3; i++) await confirmedAt(await pass(CONFIRM_EVERY_MS))
    const last = await confirmed()
    const timers = victim.timers.waiting()
    session.close('enough')
    await until(() => victim.timers.waiting() < timers, 'the end of the session here')
    await pass(CONFIRM_EVERY_MS)
    expect(await confirmed()).to.equal(last)
    await stop()
  })

  it('[SY22] stands still once something newer is known here that the holder has not named', async () => {
    const { ann, victim, log, confirmed, confirmedAt, name, pass, stop } = await startScene()
    await name(newestOf(ann))
    const before = victim.platform.clock.now()
    await confirmedAt(before)
    const { chain } = await (await createKeyWriter(ann)).withDevice()
    await victim.services.persons.applyKeyEvents(ann.id, chain)
    await pass(CONFIRM_EVERY_MS)
    expect(await confirmed()).to.equal(before)
    await say(log, { type: 'events', person: ann.id, events: chain })
    await confirmedAt(victim.platform.clock.now())
    await stop()
  })

  it('[SY22] begins with the hello of one of their own devices', async () => {
    const { ann, victim, confirmedAt, pass, stop } = await startScene()
    const session = await victim.meet(ann)
    await confirmedAt(victim.platform.clock.now())
    await confirmedAt(await pass(CONFIRM_EVERY_MS))
    // What is named later counts, however often the hello is looked at again.
    const { chain } = await (await createKeyWriter(ann)).withDevice()
    const log = await streamFrom(session, StreamKind.log)
    await say(log, { type: 'events', person: ann.id, events: chain })
    await until(() => victim.services.persons.get(ann.id)!.events.length === chain.length)
    victim.replication.refresh()
    await settle(60)
    await confirmedAt(await pass(CONFIRM_EVERY_MS))
    await stop()
  })

  it('[SY22] is told to pages that show it', async () => {
    const { ann, victim, name, stop } = await startScene()
    const page = victim.live('person', { person: ann.id })
    await until(() => page.results.length > 0)
    await name(newestOf(ann))
    const shown = await page.until(({ confirmed }) => confirmed !== undefined)
    expect(shown.confirmed).to.equal(victim.platform.clock.now())
    page.end()
    await stop()
  })
})
