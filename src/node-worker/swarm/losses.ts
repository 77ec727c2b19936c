/** What became of the carriers of a session: how long each lasted, and what took its place. */
import type { Clock } from '../../core/ports.ts'
import type { Session } from '../sessions/types.ts'

/** What a session runs over. */
export type Via = 'direct' | 'relay'

/** A carrier is gone after so long, and one of the other kind or none took its place. */
export interface Loss {
  readonly from: Via
  readonly to: Via | 'none'
  readonly livedMs: number
}

/**
 * Tells losses of a session once it is known what takes the place of a lost carrier: while one is still being chosen it
 * is not, and a carrier that gives way to another of its kind is not lost.
 */
export const watchLosses = (session: Session, clock: Clock, onLoss: (loss: Loss) => void): void => {
  let carrier = session.carrier()
  let since = clock.now()
  let gone: Omit<Loss, 'to'> | undefined

  session.onState((next) => {
    const now = clock.now()
    if (carrier !== 'none' && next !== carrier) gone ??= { from: carrier, livedMs: now - since }
    if (next !== carrier) since = now
    carrier = next
    if (!gone || (next === 'none' && session.isChoosing())) return
    const { from, livedMs } = gone
    gone = undefined
    if (next !== from) onLoss({ from, to: next, livedMs })
  })
}
