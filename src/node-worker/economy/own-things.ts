/** What a person's own things take here: N of N·R. */
import { stepsOf } from '../../core/economy/units.ts'
import { listKept } from '../files/references.ts'
import type { LogRow } from '../log/log-row.ts'
import type { Store } from '../stores/store.ts'

/** Steps of the logs and blocks of a person that are kept here, as a lease of each would cost. */
export const ownSteps = (store: Store, person: string): Promise<number> =>
  store.read(['logs', 'blockMeta'], async (tx) => {
    const logs = (await tx.list<LogRow>('logs')).filter(({ value }) => value.person === person)
    const blocks = (await listKept(tx, () => false)).filter(({ persons }) => persons.includes(person))
    const sizes = [...logs.map(({ value }) => value.bytes), ...blocks.map(({ size }) => size)]
    return sizes.reduce((sum, size) => sum + stepsOf(size), 0)
  })
