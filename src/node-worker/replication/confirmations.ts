/**
 * Whom the peer of one session confirms: it named as the newest key event of a person the one that is the newest here,
 * and tells news as they come, so that it goes on confirming it for as long as it can be heard. Rule [SY22].
 */
import type { Session } from '../sessions/types.ts'
import { reportTo } from './holder.ts'
import { isNewest } from './key-news.ts'
import type { ReplicationServices } from './ports.ts'

/** How often a peer's silence is taken for its word. */
export const CONFIRM_EVERY_MS = 300_000
/** Every confirmation is a write; one so soon after another is none. */
export const CONFIRM_STEP_MS = 60_000

/** See the module's doc. */
export interface Confirmations {
  /** The peer named the newest key event of a person that it knows. */
  named(person: string, newest: Uint8Array | null): void
  /** The peer is not asked for the person any more. */
  forget(person: string): void
  close(): void
}

/** Starts with nobody confirmed. */
export function createConfirmations(services: ReplicationServices, session: Session): Confirmations {
  const { persons, platform, changes } = services
  const { clock, timers } = platform
  const report = reportTo(services)
  const lastNamed = new Map<string, Uint8Array>()
  let timer: unknown

  const isRecent = (person: string): boolean => {
    const age = clock.now() - (persons.get(person)?.confirmed ?? -Infinity)
    return age >= 0 && age < CONFIRM_STEP_MS
  }
  const confirm = async (person: string, newest: Uint8Array): Promise<void> => {
    if (isRecent(person) || !isNewest(await persons.keyState(person), newest)) return
    await persons.confirm(person)
    changes.emit(`person/${person}`)
  }
  const named = (person: string, newest: Uint8Array | null): void => {
    if (newest === null) lastNamed.delete(person)
    else lastNamed.set(person, newest)
    if (newest !== null) confirm(person, newest).catch(report)
  }
  const again = (): void => {
    timer = timers.setTimeout(again, CONFIRM_EVERY_MS)
    if (session.carrier() === 'none') return
    for (const [person, newest] of lastNamed) confirm(person, newest).catch(report)
  }
  timer = timers.setTimeout(again, CONFIRM_EVERY_MS)

  return {
    named,
    forget: (person) => void lastNamed.delete(person),
    close: () => timers.clearTimeout(timer),
  }
}
