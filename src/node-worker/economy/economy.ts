/** The economy's part of a node, loaded after its start: the ledger, what this device gives, and what pages see of it. */
import type { EconomyView, StatementView } from '../../rpc/economy.ts'
import type { InternalServices } from '../internal-services.ts'
import { listStatements, viewEconomy } from './economy-view.ts'
import { createGiving, type Giving } from './giving.ts'
import type { LedgerBook } from './ledger-book.ts'
import { openLedgerBook } from './open-ledger.ts'

/** What the loaded part gives. */
export interface Economy {
  readonly book: LedgerBook
  readonly giving: Giving
  view(): Promise<EconomyView>
  statements(limit: number): readonly StatementView[]
}

/** Opens the ledger and what stands on it. */
export const openEconomy = async (services: InternalServices): Promise<Economy> => {
  const book = await openLedgerBook(services)
  const giving = createGiving(services, book)
  return {
    book,
    giving,
    view: () => viewEconomy(services, book, giving),
    statements: (limit) => listStatements(services, book, limit),
  }
}
