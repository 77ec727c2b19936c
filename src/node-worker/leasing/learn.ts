/**
 * Leases as the node of a drill has them: it reads in its person's ledger who holds what, so that they hand it over, and
 * leaves, keeps and asks nothing. Rule [RC16].
 */
import { bytesToHex } from '../../core/bytes.ts'
import type { LedgerBook } from '../economy/ledger-book.ts'
import type { Self } from '../person/account.ts'
import type { NodeServices } from '../services.ts'
import { agreementsToken, NOTHING_OUTSIDE, readAgreements } from './agreements.ts'
import type { LeasingHandle } from './begin.ts'

/** Begins as soon as the ledger is loaded. */
export const learnLeases = (services: NodeServices, self: Self): LeasingHandle => {
  const here = { me: self.person, deviceId: bytesToHex(self.device.signer.publicKey) }
  let book: LedgerBook | undefined
  let agreed = ''

  const learn = (): void => {
    if (!book) return
    const next = readAgreements(book.view(), here, () => false, NOTHING_OUTSIDE)
    const token = agreementsToken(next)
    if (token === agreed) return
    agreed = token
    services.leases.replace(next)
  }
  const begin = async (): Promise<void> => {
    book = await services.ledger()
    learn()
  }
  begin().catch((error) => services.platform.log({ level: 'error', what: 'leases', detail: String(error) }))
  const stop = services.changes.listen((topics) => void (topics.includes('economy') && learn()))

  return {
    serve: (_, stream) => stream.close('unknown-kind'),
    needsPlaces: () => false,
    hasRoom: () => false,
    safety: async () => undefined,
    close: stop,
  }
}
