/** What a person's own things take: N here, and N·R in all. */
import { listThings } from '../leasing/things.ts'
import type { LogService } from '../log/log-service.ts'
import type { WantedCopies } from '../person/settings.ts'
import type { Store } from '../stores/store.ts'

/** Steps of the logs and blocks of a person that are kept here, as a lease of each costs, and of all copies wanted. */
export const ownSteps = async (
  store: Store,
  logs: Pick<LogService, 'heads'>,
  person: string,
  wanted: WantedCopies,
): Promise<{ readonly own: number; readonly needed: number }> => {
  const things = await listThings(store, person, await logs.heads(person), wanted)
  return {
    own: things.reduce((sum, { steps }) => sum + steps, 0),
    needed: things.reduce((sum, { steps, copies }) => sum + steps * copies, 0),
  }
}
