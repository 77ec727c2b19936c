/**
 * Transactions take turns before a database sees them, by IndexedDB's own rule: those that only read run side by side,
 * one that writes has its tables to itself, and nobody overtakes somebody whose tables they share.
 *
 * IndexedDB would queue them as well. But when a worker ends, as an elected tab's does with each navigation, WebKitGTK
 * (2.50) drops the transactions of it that run and keeps those that wait: they start when their turn comes, nobody is
 * left to end them, and no later page of that tab can write again.
 */
import type { Table } from './store.ts'

/** Reads, or writes as well; as IndexedDB's modes. */
export type Mode = 'r' | 'rw'

/** Runs `task` when its turn has come; its turn ends when the promise of `task` settles. Must not be nested. */
type TakeTurn = <T>(mode: Mode, tables: readonly Table[], task: () => Promise<T>) => Promise<T>

interface Turn {
  readonly mode: Mode
  readonly tables: readonly Table[]
  /** Absent once it has begun. */
  begin: (() => void) | undefined
}

/** An empty queue, for one database. */
export const createTurns = (): TakeTurn => {
  /** What runs and what waits, in the order it was asked for. */
  const turns = new Set<Turn>()

  const beginWhatMay = (): void => {
    const read = new Set<Table>()
    const written = new Set<Table>()
    for (const turn of turns) {
      const isFree = turn.tables.every((table) => !written.has(table) && (turn.mode === 'r' || !read.has(table)))
      for (const table of turn.tables) (turn.mode === 'r' ? read : written).add(table)
      if (!isFree) continue
      turn.begin?.()
      turn.begin = undefined
    }
  }

  return async (mode, tables, task) => {
    const turn: Turn = { mode, tables, begin: undefined }
    await new Promise<void>((begin) => {
      turn.begin = begin
      turns.add(turn)
      beginWhatMay()
    })
    try {
      return await task()
    } finally {
      turns.delete(turn)
      beginWhatMay()
    }
  }
}
