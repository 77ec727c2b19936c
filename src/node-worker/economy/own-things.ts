/** What a person's own things take here: N of N·R. */
import { listThings } from '../leasing/things.ts'
import type { LogService } from '../log/log-service.ts'
import type { Store } from '../stores/store.ts'

/** Steps of the logs and blocks of a person that are kept here, as a lease of each costs. */
export const ownSteps = async (store: Store, logs: Pick<LogService, 'heads'>, person: string): Promise<number> =>
  (await listThings(store, person, await logs.heads(person))).reduce((sum, { steps }) => sum + steps, 0)
