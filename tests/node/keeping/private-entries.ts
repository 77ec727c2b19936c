/** What is held of private logs. */
import { logKind } from '../../../src/core/logs/log-id.ts'
import type { TestNode } from '../../support/test-node.ts'

/** Entries of private logs of a person that a node holds. */
export const privateEntries = async (node: TestNode, person: string): Promise<number> =>
  (await node.services.logs.heads(person))
    .filter(({ log }) => logKind(log) !== 0)
    .flatMap(({ ranges }) => ranges)
    .reduce((sum, { from, to }) => sum + to - from + 1, 0)
