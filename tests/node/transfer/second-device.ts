/** A second device of a person, and the way on which the logs of both meet. */
import type { TestPlatform } from '../../support/platform.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'
import { archiveOf, restoreFrom, wordsOf } from './archive.ts'

/** Carries all logs of the person over, private ones included, as a session of two devices would. */
export const carry = async (from: TestNode, to: TestNode, person: string): Promise<void> => {
  await to.services.persons.applyKeyEvents(person, from.services.persons.get(person)?.events ?? [])
  for (const { device, log, seq } of await from.services.logs.heads(person)) {
    // From where the other side holds it to: a device that is behind has the log from its start.
    for (let next = ((await to.services.logs.head(device, log))?.seq ?? 0) + 1; next <= seq; ) {
      const run = await from.services.logs.readSegment(device, log, next, 65_536)
      if (!run) throw new Error('a held run cannot be read')
      const result = await to.services.logs.ingest(person, run.bytes)
      if (!result.ok) throw new Error(JSON.stringify(result.error))
      next = run.to + 1
    }
  }
}

/** Another device of the person of `first`, restored from an archive and the words. */
export const startSecondDevice = async (first: TestNode, platform?: TestPlatform): Promise<TestNode> => {
  const second = await startNode('second device', platform && { platform })
  second.platform.clock.set(first.platform.clock.now() + 1000)
  await restoreFrom(second, await wordsOf(first), await archiveOf(first))
  return second
}
