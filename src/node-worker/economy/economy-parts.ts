/**
 * The economy before it is loaded: its request and queries, and the first pledge, which every device makes as soon as it
 * has a person. A node starts without all that and has it a moment later.
 */
import { lazily } from '../api/lazy.ts'
import type { QueryHandlers } from '../api/query-handlers.ts'
import type { RequestHandlers } from '../api/requests.ts'
import type { InternalServices } from '../internal-services.ts'
import type { Economy } from './economy.ts'
import type { LedgerBook } from './ledger-book.ts'

/** What node.ts composes. */
export interface EconomyParts {
  /** The ledger, once it is loaded; rejects when it cannot be had for now. */
  ledger(): Promise<LedgerBook>
  readonly requests: Pick<RequestHandlers, 'give-storage'>
  readonly queries: Pick<QueryHandlers, 'economy' | 'statements'>
  /** [Q37] Pledges as soon as there is a person. */
  pledgeUnasked(): void
  close(): Promise<void>
}

/** Creates the parts; `services` are asked for when the first of them is used. */
export const createEconomyParts = (services: () => InternalServices): EconomyParts => {
  let isClosed = false
  let opening: Promise<Economy> | undefined
  let pledging: Promise<void> | undefined
  const load = lazily(() => {
    opening = import('../later.ts').then(({ openEconomy }) => openEconomy(services()))
    return opening
  })
  const pledgeFirst = async (): Promise<void> => {
    try {
      const { giving } = await load()
      if (!isClosed) await giving.pledgeFirst()
    } catch (error) {
      // No room, or no network to load it from: the next start tries again.
      if (!isClosed) services().platform.log({ level: 'warning', what: 'first pledge', detail: String(error) })
    }
  }
  return {
    ledger: async () => (await load()).book,
    requests: { 'give-storage': async ({ slots }, context) => (await load()).giving.give(slots, context) },
    queries: {
      economy: {
        topics: () => ['economy', 'settings', 'storage', 'session', 'devices'],
        run: async () => (await load()).view(),
      },
      statements: { topics: () => ['economy', 'session'], run: async ({ limit }) => (await load()).statements(limit) },
    },
    pledgeUnasked() {
      services().account.whenReady(() => {
        pledging = pledgeFirst()
      })
    },
    async close() {
      isClosed = true
      await pledging
      // What did not open told whoever asked for it.
      const economy = await opening?.catch(() => undefined)
      await economy?.book.close()
    },
  }
}
