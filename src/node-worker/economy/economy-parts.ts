/** The ledger before it is loaded: a node starts without it and has it a moment later. */
import { lazily } from '../api/lazy.ts'
import type { InternalServices } from '../internal-services.ts'
import type { LedgerBook } from './ledger-book.ts'

/** What node.ts composes. */
export interface EconomyParts {
  /** The book, once it is loaded; rejects when it cannot be had for now. */
  ledger(): Promise<LedgerBook>
  close(): Promise<void>
}

/** Loads the book when it is first asked for. */
export const openEconomy = (services: () => InternalServices): EconomyParts => {
  let opening: Promise<LedgerBook> | undefined
  const ledger = lazily(() => {
    opening = import('../later.ts').then(({ openLedgerBook }) => openLedgerBook(services()))
    return opening
  })
  return {
    ledger,
    async close() {
      // What did not open told whoever asked for it.
      const book = await opening?.catch(() => undefined)
      await book?.close()
    },
  }
}
