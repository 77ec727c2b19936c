/**
 * When watchers of a key hear of its holders: a moment after a change, and then not again before some time has passed,
 * because anyone may say that they hold anyone's key. What has not changed for them by then they do not hear at all.
 */

import { equalBytes } from '../../core/bytes.ts'
import type { MapKey, Peer } from './peer.ts'

/** Changes of a key are gathered for this long before its watchers hear of them, milliseconds. */
export const PUSH_DELAY = 50
/** Between two pushes of one key, milliseconds: for devices of the person whose key it is … */
export const OWN_PUSH_INTERVAL = 250
/** … and for all others, who are many, and strangers. */
export const PUSH_INTERVAL = 1_000

/** Runs something later; the host's clock, or a test's. */
export type Schedule = (run: () => void, milliseconds: number) => void

/** What pushes are made of. */
export interface PushPorts {
  readonly schedule: Schedule
  isWatched(key: MapKey): boolean
  /** The holders that watchers are told of, now. */
  named(key: MapKey): readonly Peer[]
  /** Tells all watchers. */
  push(key: MapKey, named: readonly Peer[]): void
}

/** Changes that watchers have yet to hear of. */
export interface Pushes {
  /**
   * The holders of a key are about to change.
   * @param isOwn the key is of the changing peer's own person
   */
  changing(key: MapKey, isOwn: boolean): void
  /** Somebody new was told the holders as they are now, which others may not have heard. */
  told(key: MapKey): void
}

/** Time passes in steps of PUSH_DELAY, for as long as there is something to wait for. */
const stepsIn = (milliseconds: number): number => Math.ceil(milliseconds / PUSH_DELAY)

interface Change {
  /** The step at which watchers hear of it. */
  due: number
  /** What all watchers know; undefined when they do not all know the same. */
  known: readonly Peer[] | undefined
}

/** Nothing to be told. */
export const createPushes = ({ schedule, isWatched, named, push }: PushPorts): Pushes => {
  const changes = new Map<MapKey, Change>()
  /** Keys by the step at which they may be due; one that was brought forward stands in two. */
  const due = new Map<number, MapKey[]>()
  /** The step of each key's last push, oldest first; forgotten when it no longer holds anything back. */
  const pushed = new Map<MapKey, number>()
  let now = 0
  let isRunning = false

  const run = (): void => {
    if (isRunning) return
    isRunning = true
    schedule(step, PUSH_DELAY)
  }
  const step = (): void => {
    isRunning = false
    now += 1
    for (const key of due.get(now) ?? []) settle(key)
    due.delete(now)
    for (const [key, at] of pushed) {
      if (at + stepsIn(PUSH_INTERVAL) > now) break
      pushed.delete(key)
    }
    if (due.size + pushed.size > 0) run()
  }
  const settle = (key: MapKey): void => {
    const change = changes.get(key)
    if (change?.due !== now) return
    changes.delete(key)
    const list = named(key)
    if (!isWatched(key) || (change.known && isSameList(change.known, list))) return
    pushed.delete(key)
    pushed.set(key, now)
    push(key, list)
  }
  const dueOf = (key: MapKey, isOwn: boolean): number => {
    const before = pushed.get(key)
    const earliest = before === undefined ? 0 : before + stepsIn(isOwn ? OWN_PUSH_INTERVAL : PUSH_INTERVAL)
    return Math.max(now + 1, earliest)
  }
  return {
    changing(key, isOwn) {
      if (!isWatched(key)) return
      const at = dueOf(key, isOwn)
      const change = changes.get(key)
      if (change && change.due <= at) return
      if (change) change.due = at
      else changes.set(key, { due: at, known: named(key) })
      const together = due.get(at)
      if (together) together.push(key)
      else due.set(at, [key])
      run()
    },
    told(key) {
      const change = changes.get(key)
      if (change) change.known = undefined
    },
  }
}

/** A device that has connected again is the same holder. */
const isSameList = (a: readonly Peer[], b: readonly Peer[]): boolean =>
  a.length === b.length && a.every((peer, at) => isSameHolder(peer, b[at]!))

const isSameHolder = (a: Peer, b: Peer): boolean => a === b || (a.person === b.person && equalBytes(a.device, b.device))
