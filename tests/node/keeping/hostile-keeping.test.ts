/** What those who keep for each other might try. */
import { expect } from 'chai'
import { GROUP_ZERO, NETWORK_ZERO } from '../../../src/core/limits.ts'
import { signEntry } from '../../../src/core/logs/entry.ts'
import { lipmaaOf, needsLipmaa } from '../../../src/core/logs/lipmaa.ts'
import { encodePayload } from '../../../src/core/logs/payload.ts'
import type { Segment } from '../../../src/core/logs/segment.ts'
import { decodeSegment, encodeSegment } from '../../../src/core/logs/segment-codec.ts'
import { signRecord } from '../../../src/core/records/record.ts'
import { PATHS, publicStorageKey } from '../../../src/core/records/storage-key.ts'
import type { InternalServices } from '../../../src/node-worker/internal-services.ts'
import { LOG_ACCOUNT } from '../../../src/node-worker/log/log-service.ts'
import { newPayload } from '../../../src/node-worker/log/sealing.ts'
import { ACCOUNT_CHANGE } from '../../../src/node-worker/person/account-state.ts'
import { TEST_TIME } from '../../support/platform.ts'
import { describe, it } from '../../support/runner.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'
import { until } from '../../support/wait.ts'
import { privateEntries } from './private-entries.ts'

type Person = TestNode & { readonly person: string }

const start = async (name: string): Promise<Person> => {
  const node = await startNode(`${name}-${Math.random()}`)
  return { ...node, ...(await node.get('create-person', { name })) }
}

const keepersKey = (person: string): Uint8Array => publicStorageKey(person, PATHS.keepers)

/** `keeper` follows `owner`, who asks them; whether they agree is up to the test. */
const ask = async (owner: Person, keeper: Person): Promise<void> => {
  await owner.get('follow', { link: keeper.person })
  await owner.get('ask-keeper', { person: keeper.person, on: true })
  await until(async () => (await owner.services.records.get(keepersKey(owner.person))) !== undefined)
  await keeper.get('follow', { link: owner.person })
  await keeper.services.persons.applyKeyEvents(owner.person, owner.services.persons.get(owner.person)!.events)
  const record = (await owner.services.records.get(keepersKey(owner.person)))!
  expect(await keeper.services.records.put(keepersKey(owner.person), record)).to.deep.equal({ type: 'kept' })
}

const accountLogOf = async (node: Person): Promise<Segment> => {
  const { publicKey } = node.services.account.self()!.device.signer
  const decoded = decodeSegment((await node.services.logs.readSegment(publicKey, LOG_ACCOUNT, 1, 65_536))!.bytes)
  if (!decoded.ok) throw new Error('an own log that cannot be read')
  return decoded.value
}

/** The account log of `node` with one payload more. */
const withPayload = async (node: Person, payload: Uint8Array): Promise<Segment> => {
  const log = await accountLogOf(node)
  const seq = log.entries.length + 1
  const at = (position: number) => log.entries[position - 1]?.hash
  const lipmaa = needsLipmaa(seq) ? at(lipmaaOf(seq)) : undefined
  const draft = { logId: LOG_ACCOUNT, seq, backlink: at(seq - 1), lipmaa, payload }
  const entry = await signEntry(draft, node.services.account.self()!.device.signer)
  return { ...log, entries: [...log.entries, entry], payloads: [...log.payloads, payload] }
}

describe('keepers who wish each other ill', () => {
  it('[KP4] a box of one’s own in somebody else’s private log is kept like any other, and not opened', async () => {
    const [ann, mallory] = [await start('Ann'), await start('Mallory')]
    await ask(mallory, ann)
    await ann.get('keep-for', { person: mallory.person, on: true })
    const { sealing, account } = ann.services as InternalServices
    const body = { key: 'setting/theme', value: 'dark', time: Date.now() }
    const sealed = await sealing.seal(account.self()!, newPayload(ann.platform.random, { type: ACCOUNT_CHANGE, body }))
    const log = await withPayload(mallory, encodePayload(sealed))
    const taken = await ann.services.logs.ingest(mallory.person, encodeSegment(log))
    expect(taken).to.have.nested.property('value.added', log.entries.length)
    expect(await privateEntries(ann, mallory.person)).to.equal(log.entries.length)
    expect((await ann.query('settings', {})).theme).to.equal('system')
    for (const node of [ann, mallory]) await node.stop()
  })

  it('[KP2] private logs of whom nothing was agreed are refused, whoever asks for it and however it is signed', async () => {
    const [ann, bob] = [await start('Ann'), await start('Bob')]
    await ask(bob, ann)
    const log = encodeSegment(await accountLogOf(bob))
    const refused = { ok: false, error: { type: 'not-wanted' } }
    expect(await ann.services.logs.ingest(bob.person, log)).to.deep.equal(refused)
    await ann.get('keep-for', { person: bob.person, on: true })
    expect(await ann.services.logs.ingest(bob.person, log)).to.have.property('ok', true)
    await ann.get('unfollow', { person: bob.person })
    await until(async () => (await privateEntries(ann, bob.person)) === 0)
    expect(await ann.services.logs.ingest(bob.person, log)).to.deep.equal(refused)
    for (const node of [ann, bob]) await node.stop()
  })

  it('[KP1] a record of keepers that is none, or that its person did not sign, changes nothing', async () => {
    const [ann, bob] = [await start('Ann'), await start('Bob')]
    await ask(bob, ann)
    const self = bob.services.account.self()!
    const draft = {
      version: 1,
      kind: 'public',
      key: keepersKey(bob.person),
      network: NETWORK_ZERO,
      group: GROUP_ZERO,
      person: bob.person,
      path: PATHS.keepers,
      epoch: 0,
      seq: Date.now() * 2,
      expires: TEST_TIME + 86_400_000,
      signer: self.device.signer.publicKey,
      keyEvent: (await bob.services.persons.keyState(bob.person))!.newest,
    } as const
    const forged = await signRecord(
      { ...draft, value: { version: 1, persons: [] }, signer: ann.services.account.self()!.device.signer.publicKey },
      ann.services.account.self()!.device.signer,
    )
    const senseless = await signRecord({ ...draft, value: { version: 1, persons: ['me'] } }, self.device.signer)
    for (const { bytes } of [forged, senseless])
      expect(await ann.services.records.put(draft.key, bytes)).to.have.property('type', 'refused')
    expect((await ann.query('keepers', {})).asking.map(({ person }) => person.id)).to.deep.equal([bob.person])
    for (const node of [ann, bob]) await node.stop()
  })

  it('[KP6] a device whose account state is not here yet dismisses nobody; only a word of its own does', async () => {
    const [ann, bob] = [await start('Ann'), await start('Bob')]
    await ask(ann, bob)
    // As on a device that was just added: the record came first, the log that led to it has not.
    await ann.platform.store.write(['meta'], 'relaxed', (tx) => tx.delete('meta', ['state', `keeper/${bob.person}`]))
    const named = async (): Promise<string[]> => (await ann.query('keepers', {})).mine.map(({ person }) => person.id)
    expect(await named()).to.deep.equal([bob.person])
    await ann.get('ask-keeper', { person: bob.person, on: false })
    expect(await named()).to.deep.equal([])
    for (const node of [ann, bob]) await node.stop()
  })
})
