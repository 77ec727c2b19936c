/**
 * Leases between nodes: what this person leaves with others and what is kept here for them, over one stream each way of
 * every session. Rules EC1 to EC10 of docs/protocol/98-leases.md.
 */
import { bytesToHex } from '../../core/bytes.ts'
import { availabilityClass } from '../../core/placement/availability.ts'
import type { LeaseHolderMessage, OwnerMessage, Room } from '../../core/sync/lease-messages.ts'
import type { SafetyView } from '../../rpc/safety.ts'
import { createRepairing } from '../repairing/repairing.ts'
import { openSubstitutes } from '../repairing/substitutes.ts'
import { openSubstituting } from '../repairing/substituting.ts'
import type { Session, Stream } from '../sessions/types.ts'
import { createMutex } from '../stores/mutex.ts'
import { StoreFullError } from '../stores/store.ts'
import { agreementsToken, readAgreements } from './agreements.ts'
import { createHolding } from './holding.ts'
import { openHolderLine, serveOwner } from './lines.ts'
import { createOwning, type Owning } from './owning.ts'
import type { LeasingPorts, OwnerLine } from './ports.ts'
import { reportTo } from './ports.ts'
import { createProving, lastProofOf } from './proving.ts'
import { assessSafety } from './safety.ts'
import { openSeen } from './seen.ts'
import { listThings } from './things.ts'
import { letGo } from './tidy.ts'

/** Changes are gathered for so long before it is looked at what they mean, milliseconds. */
export const LOOK_DELAY = 400
/** After changes of what is stored it is planned anew so much later: all of it is read, and a sync stores without end. */
export const PLAN_DELAY = 2_000
/** It is looked at again without any change: leases run out, and people who were asked do not answer. */
export const LOOK_INTERVAL = 60_000
/** What is over is let go this often, and for the first time a minute after the start: few tabs live for an hour. */
export const TIDY_INTERVAL = 3_600_000

/** Topics after which it is planned anew at once. */
const PLANNED_ANEW: readonly string[] = ['economy', 'settings', 'people']

/** See the module's doc. */
export interface Leasing {
  /** Takes part in a session until it ends. */
  join(session: Session): void
  /** Serves a lease stream that the peer opened. */
  serve(session: Session, stream: Stream): void
  /** [EC11] Whether places at people who are not known here would be of use. */
  needsPlaces(): boolean
  /** Whether everything would survive a wipe now. */
  safety(): Promise<SafetyView>
  /** Whether others may leave something here. */
  hasRoom(): boolean
  close(): void
}

/** Begins. */
export const startLeasing = async (ports: LeasingPorts): Promise<Leasing> => {
  const { services, standing, book, me, deviceId } = ports
  const { changes, platform } = services
  const { timers } = platform
  const report = reportTo(ports)
  const oneAtATime = createMutex()
  const owners = new Set<OwnerLine>()
  const lines = new Map<Session, { close(): void }>()
  const seen = await openSeen(platform.store, platform.clock)
  const substitutes = await openSubstitutes(platform.store, book)
  const standsIn = (device: string, key: string): boolean =>
    substitutes.of(me, key).some((substitute) => substitute.device === device)
  const owning = createOwning(ports, seen, standsIn)
  const { persisted: installed } = await platform.storageEstimate()
  const { alwaysOn: process, engine } = platform
  const availability = availabilityClass({ process, installed, evicts: engine?.evicts ?? false })
  let agreed = ''
  let saidRoom = -1
  let told = ''
  let soon: unknown
  let planning: unknown
  const wakes = new Set<unknown>()
  let isClosed = false

  const agree = (): void => {
    const outside = { substituted: substituting.substituted(), asked: substitutes.asked }
    const next = readAgreements(book.view(), ports, holding.isAccepted, outside)
    const token = agreementsToken(next)
    if (token === agreed) return
    agreed = token
    standing.replace(next)
  }
  const proving = createProving(ports)
  const isHere = ({ session }: Pick<OwnerLine, 'session'>): boolean => session.carrier() !== 'none'
  const repairing = createRepairing({
    ...ports,
    substitutes,
    candidates: owning.candidates,
    lines: owning.lines,
    facts: seen.facts,
    isHere: (person) => [...owning.lines()].some((line) => line.session.person === person && isHere(line)),
    wakeIn: (milliseconds) => wakeIn(milliseconds),
    onAsked: agree,
  })
  const substituting = await openSubstituting(ports, { count: repairing.count, lastSeen: seen.lastSeen })
  const holding = createHolding(ports, agree, substituting.steps)

  const roomHere = (): number =>
    Math.max(
      0,
      (book
        .view()
        .devices(me)
        .find(({ device }) => device === deviceId)?.room ?? 0) - substituting.steps(),
    )
  const roomMessage = (): Room => {
    return { type: 'room', steps: roomHere(), availability, family: platform.engine?.family ?? null }
  }
  const tellRoom = (): void => {
    const message = roomMessage()
    if (message.steps === saidRoom) return
    saidRoom = message.steps
    for (const line of owners) line.send(message)
  }

  const tellChanges = (): void => {
    const now = [agreed, saidRoom > 0, ...[...owning.short()].map(([key, { type }]) => `${key} ${type}`)].join('\n')
    if (now === told) return
    told = now
    changes.emit('leases')
  }
  const hold = async (): Promise<void> => {
    await owning.sight()
    agree()
    await holding.look()
    await substituting.look(owners)
    agree()
    repairing.look()
    tellRoom()
    tellChanges()
  }
  const plan = async (): Promise<void> => {
    await hold()
    await owning.look()
    agree()
    tellChanges()
  }
  const run = (task: () => Promise<void>): void => {
    if (isClosed) return
    // Without room nothing can be written down; it is tried again with the next look.
    const onError = (error: unknown): void => (error instanceof StoreFullError ? undefined : report(error))
    oneAtATime(task).catch(onError)
  }
  const planIn = (milliseconds: number): void => {
    planning ??= timers.setTimeout(() => {
      planning = undefined
      run(plan)
    }, milliseconds)
  }
  const holdSoon = (): void => {
    soon ??= timers.setTimeout(() => {
      soon = undefined
      run(hold)
    }, LOOK_DELAY)
  }
  const lookSoon = (): void => planIn(LOOK_DELAY)
  /** Whatever is due later than the next look waits for that. */
  const wakeIn = (milliseconds: number): void => {
    if (milliseconds >= LOOK_INTERVAL) return
    const wake = timers.setTimeout(() => {
      wakes.delete(wake)
      run(hold)
    }, milliseconds)
    wakes.add(wake)
  }
  const onChanges = (topics: readonly string[]): void => {
    const isUrgent = topics.some((topic) => PLANNED_ANEW.includes(topic))
    if (!isUrgent && !topics.includes('storage')) return
    holdSoon()
    planIn(isUrgent ? LOOK_DELAY : PLAN_DELAY)
  }
  const every = (milliseconds: number, run: () => void, first = milliseconds): (() => void) => {
    let timer: unknown
    const tick = (): void => {
      run()
      timer = timers.setTimeout(tick, milliseconds)
    }
    timer = timers.setTimeout(tick, first)
    return () => timers.clearTimeout(timer)
  }

  const fromHolder = async (line: Parameters<Owning['meet']>[0], message: LeaseHolderMessage): Promise<void> => {
    if (message.type === 'room') await owning.room(line, message)
    else if (message.type === 'signed') await owning.signed(line, message)
    else if (message.type === 'refused') {
      repairing.refused(line, message.leases.map(bytesToHex))
      await owning.refused(line, message)
    } else if (message.type === 'substituting') await substitutes.said(line.session, message.leases.map(bytesToHex))
    else if (message.type === 'proof') await owning.proven(line, message.statement)
    else await owning.noticed(line, message.statement)
    lookSoon()
  }
  const fromOwner = async (line: OwnerLine, message: OwnerMessage): Promise<void> => {
    if (message.type === 'ask-room') {
      owners.add(line)
      return line.send(roomMessage())
    }
    if (message.type === 'sign') {
      standing.asks(line.session.person, line.session)
      holding.sign(line, message.leases)
    } else if (message.type === 'substitute') {
      standing.asks(message.owner, line.session)
      substituting.ask(line, message.owner, message.leases)
    } else if (message.type === 'claim') repairing.claimed(line, message)
    else if (message.type === 'end') {
      const heard = await book.hear({ kind: 'statement', bytes: message.statement })
      if (!heard.ok) services.refusals.count('bad-statement')
    } else await proving.prove(line, message.statement)
    holdSoon()
  }

  const stops = [
    changes.listen(onChanges),
    every(LOOK_INTERVAL, lookSoon),
    every(TIDY_INTERVAL, () => run(() => letGo(ports, substituting.substituted())), LOOK_INTERVAL),
  ]
  lookSoon()

  return {
    join(session) {
      const line = openHolderLine(ports, session, {
        onOpen: owning.meet,
        onMessage: fromHolder,
        onClose: owning.leave,
      })
      lines.set(session, line)
      const stop = session.onState((_, end) => {
        if (!end) return lookSoon()
        stop()
        lines.get(session)?.close()
        lines.delete(session)
      })
    },
    serve(session, stream) {
      serveOwner(ports, session, stream, {
        onMessage: fromOwner,
        onClose(line) {
          owners.delete(line)
          holding.leave(line)
          substituting.leave(line)
        },
      })
    },
    needsPlaces: () => owning.needsPlaces() || repairing.needsPlaces(),
    async safety() {
      const view = book.view()
      return assessSafety({
        me,
        now: platform.clock.now(),
        copies: services.settings.get().copies,
        things: await listThings(platform.store, me, await services.logs.heads(me)),
        held: view.copiesOf(me),
        short: owning.short(),
        facts: owning.facts,
        lastProof: (copy) => lastProofOf(book, view, copy),
        isOnline: owning.isOnline,
        card: services.personCard,
      })
    },
    hasRoom: () => roomHere() > 0,
    close() {
      isClosed = true
      for (const stop of stops) stop()
      timers.clearTimeout(soon)
      for (const timer of [planning, ...wakes]) timers.clearTimeout(timer)
      for (const line of lines.values()) line.close()
    },
  }
}
