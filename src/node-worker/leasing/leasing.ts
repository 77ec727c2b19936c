/**
 * Leases between nodes: what this person leaves with others and what is kept here for them, over one stream each way of
 * every session. Rules EC1 to EC10 of docs/protocol/98-leases.md.
 */
import { bytesToHex } from '../../core/bytes.ts'
import { availabilityClass } from '../../core/placement/availability.ts'
import type { LeaseHolderMessage, OwnerMessage, Room } from '../../core/sync/lease-messages.ts'
import type { Session, Stream } from '../sessions/types.ts'
import { agreementsToken, readAgreements } from './agreements.ts'
import { createHolding } from './holding.ts'
import { openHolderLine, serveOwner } from './lines.ts'
import { every, LOOK_INTERVAL, startLooks } from './looks.ts'
import { createOwning, type Owning } from './owning.ts'
import type { LeasingPorts, OwnerLine } from './ports.ts'
import { reportTo } from './ports.ts'
import { createProving } from './proving.ts'
import { openRemembered } from './remembered.ts'
import { createRepairing } from './repair/repairing.ts'
import { openSubstitutes } from './repair/substitutes.ts'
import { LET_GO, openSubstituting } from './repair/substituting.ts'
import { reportSafety, type SafetyReport } from './safety-report.ts'
import { openSeen } from './seen.ts'
import { letGo } from './tidy.ts'

/** What is over is let go this often, and for the first time a minute after the start: few tabs live for an hour. */
export const TIDY_INTERVAL = 3_600_000

/** See the module's doc. */
export interface Leasing {
  /** Takes part in a session until it ends. */
  join(session: Session): void
  /** Serves a lease stream that the peer opened. */
  serve(session: Session, stream: Stream): void
  /** [EC11] Whether places at people who are not known here would be of use. */
  needsPlaces(): boolean
  /** Whether everything, or one item, would survive a wipe now. */
  safety(): Promise<SafetyReport>
  /** Whether others may leave something here. */
  hasRoom(): boolean
  close(): void
}

/** Begins. */
export const startLeasing = async (ports: LeasingPorts): Promise<Leasing> => {
  const { services, standing, book, me, deviceId } = ports
  const { changes, platform } = services
  const owners = new Set<OwnerLine>()
  const lines = new Map<Session, { close(): void }>()
  const seen = await openSeen(platform.store, platform.clock)
  const remembered = await openRemembered(ports)
  const substitutes = await openSubstitutes(platform.store, book)
  const owning = createOwning(ports, seen, () => substitutes.of(me))
  const { persisted: installed } = await platform.storageEstimate()
  const { alwaysOn: process, engine } = platform
  const availability = availabilityClass({ process, installed, evicts: engine?.evicts ?? false })
  let agreed = ''
  let saidRoom = -1
  let told = ''

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
    wakeIn: (milliseconds) => looks.wakeIn(milliseconds),
    onAsked: agree,
  })
  const substituting = await openSubstituting(ports, { counter: repairing.counter, lastSeen: seen.lastSeen })
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
    const now = [
      agreed,
      saidRoom > 0,
      repairing.needsPlaces(),
      ...[...owning.short()].map(([key, { type }]) => `${key} ${type}`),
    ].join('\n')
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
  const looks = startLooks({ hold, plan, timers: platform.timers, report: reportTo(ports) })

  const fromHolder = async (line: Parameters<Owning['meet']>[0], message: LeaseHolderMessage): Promise<void> => {
    if (message.type === 'room') await owning.room(line, message)
    else if (message.type === 'signed') await owning.signed(line, message)
    else if (message.type === 'refused') {
      const leases = message.leases.map(bytesToHex)
      await substitutes.unsaid(line.device, leases)
      // Whoever stands in no longer is as good a place as before.
      if (message.reason !== LET_GO) {
        repairing.refused(line, leases)
        await owning.refused(line, message)
      }
    } else if (message.type === 'substituting') await substitutes.said(line.session, message.leases.map(bytesToHex))
    else if (message.type === 'proof') await owning.proven(line, message.statement)
    else await owning.noticed(line, message.statement)
    looks.planSoon()
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
    looks.holdSoon()
  }

  const tidy = (): void =>
    looks.run(async () => {
      const kept = await letGo(ports, substituting.substituted())
      await remembered.look(kept)
    })
  const stops = [changes.listen(looks.changed), every(platform.timers, TIDY_INTERVAL, tidy, LOOK_INTERVAL)]

  return {
    join(session) {
      const line = openHolderLine(ports, session, {
        onOpen(holder) {
          // At once: what it says in this session comes after.
          substitutes.forget(holder.device).catch(reportTo(ports))
          owning.meet(holder)
        },
        onMessage: fromHolder,
        onClose: owning.leave,
      })
      lines.set(session, line)
      const stop = session.onState((_, end) => {
        if (!end) return looks.planSoon()
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
    safety: () => reportSafety(ports, owning),
    hasRoom: () => roomHere() > 0,
    close() {
      looks.close()
      for (const stop of stops) stop()
      for (const line of lines.values()) line.close()
    },
  }
}
