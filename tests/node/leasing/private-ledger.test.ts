/** What a peer gets that is neither a device of the person, nor a keeper, nor a holder: nothing private, no ledger. */
import { expect } from 'chai'
import { LOG_LEDGER } from '../../../src/core/logs/log-id.ts'
import { decodeHolderMessage, encodeSync } from '../../../src/core/sync/codec.ts'
import { StreamKind } from '../../../src/core/sync/messages.ts'
import { LOG_ACCOUNT, LOG_FEED, LOG_NOTES } from '../../../src/node-worker/log/log-service.ts'
import { describe, it } from '../../support/runner.ts'
import { settle, until } from '../../support/wait.ts'
import { meet, startParty } from './lying-scene.ts'

describe('a peer that nothing was left with', () => {
  it('[EC3] [EC4] gets no private log and no ledger, by want or by get', async () => {
    const ann = await startParty('Ann', { leases: true })
    const eve = await startParty('Eve')
    await ann.get('publish-post', { text: 'in public', pictures: [] })
    await ann.get('create-note', {})
    await ann.get('save-settings', { theme: 'dark' })
    const session = await meet(eve, ann)
    const logs = await ann.services.logs.heads(ann.id)
    expect(logs.map(({ log }) => log)).to.include.members([LOG_FEED, LOG_NOTES, LOG_ACCOUNT, LOG_LEDGER])

    const reading = session.open(StreamKind.log, 'interactive')
    const told: number[] = []
    let heads = 0
    reading.onmessage = (bytes) => {
      const message = decodeHolderMessage(bytes)
      if (!message.ok || message.value.type !== 'heads') return
      heads++
      told.push(...message.value.logs.map(({ log }) => log))
    }
    await reading.send(encodeSync({ type: 'want', person: ann.id, newest: null, logs: [] }))
    await until(() => heads > 0, 'what Ann holds')
    expect(new Set(told)).to.deep.equal(new Set([LOG_FEED]))

    const backfill = session.open(StreamKind.backfill, 'bulk')
    const answers: string[] = []
    backfill.onmessage = (bytes) => {
      const message = decodeHolderMessage(bytes)
      answers.push(message.ok ? message.value.type : 'other')
    }
    const { device } = ann
    for (const log of [LOG_NOTES, LOG_ACCOUNT, LOG_LEDGER])
      await backfill.send(encodeSync({ type: 'get', person: ann.id, device, log, from: 1, to: 9 }))
    await until(() => answers.length === 3, 'three answers')
    await settle(100)
    expect(new Set(answers)).to.not.include('segment')
    await eve.stop()
    await ann.stop()
  })
})
