/** An author who writes by hand what no honest node would. */
import { foldKeyEvents } from '../../../src/core/identity/key-chain.ts'
import { signRemoveDevice } from '../../../src/core/identity/key-events.ts'
import { rootSeed } from '../../../src/core/identity/ladder.ts'
import { wordsToEntropy } from '../../../src/core/identity/words.ts'
import { entryIdOf, signEntry } from '../../../src/core/logs/entry.ts'
import { lipmaaOf, needsLipmaa } from '../../../src/core/logs/lipmaa.ts'
import { createPayload, encodePayload } from '../../../src/core/logs/payload.ts'
import type { Segment } from '../../../src/core/logs/segment.ts'
import { encodeSegment } from '../../../src/core/logs/segment-codec.ts'
import type { Signer } from '../../../src/core/ports.ts'
import type { EntryRef } from '../../../src/node-worker/social/bodies.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'

/** One entry's payload: what type it claims to be, what stands in it, or bytes that are no payload at all. */
export interface Written {
  readonly type?: string
  readonly body?: unknown
  readonly bytes?: Uint8Array
  readonly network?: Uint8Array
  readonly group?: Uint8Array
}

/** A person whose log the test writes. */
export interface HostileAuthor {
  readonly id: string
  readonly device: Uint8Array
  readonly events: readonly Uint8Array[]
  /** The log so far, as one segment. */
  log(): Segment
  /** Writes entries. @returns a segment of them alone */
  write(...entries: readonly Written[]): Promise<Segment>
  /** Another ending of the log from `seq` on: a fork. Not added to the log. */
  forkAt(seq: number, ...entries: readonly Written[]): Promise<Segment>
  /** Names one of its entries. */
  refOf(seq: number): EntryRef
  /** Key events by which the device is removed, its word ending at `seq`. */
  removedAt(seq: number): Promise<readonly Uint8Array[]>
  idOf(seq: number): string
}

const payloadOf = ({ type = 'kith/post', body, bytes, network, group }: Written): Uint8Array => {
  if (bytes) return bytes
  const scope = { ...(network && { network }), ...(group && { group }) }
  const salt = crypto.getRandomValues(new Uint8Array(16))
  return encodePayload(createPayload(type, body, salt, scope))
}

/** The body of a post. */
export const post = (text: string, more: Record<string, unknown> = {}): Written => ({
  body: { text, time: 1_700_000_000_000, pictures: [], ...more },
})

/** A forget, by whoever writes it. */
export const forget = (target: EntryRef): Written => ({ type: 'kith/forget', body: { target, time: 1 } })

/** Somebody with keys and key events of their own. */
export const createHostileAuthor = async (name: string): Promise<HostileAuthor> => {
  const node = await startNode(`${name}-${Math.random()}`)
  const { person } = await node.get('create-person', { name })
  const { signer } = node.services.account.self()!.device
  const events = node.services.persons.get(person)!.events
  const shownWords = await node.get('recovery-words', {})
  const entropy = await wordsToEntropy('words' in shownWords ? shownWords.words.join(' ') : '')
  await node.stop()
  let log: Segment = { author: signer.publicKey, logId: 0, firstSeq: 1, entries: [], payloads: [] }

  const extend = async (before: Segment, entries: readonly Written[]): Promise<Segment> => {
    let run = before
    for (const written of entries) run = await appended(run, payloadOf(written), signer)
    return run
  }
  const part = ({ entries, payloads, ...rest }: Segment, from: number): Segment => ({
    ...rest,
    firstSeq: from,
    entries: entries.slice(from - 1),
    payloads: payloads.slice(from - 1),
  })
  return {
    id: person,
    device: signer.publicKey,
    events,
    log: () => log,
    async write(...entries) {
      const from = log.entries.length + 1
      log = await extend(log, entries)
      return part(log, from)
    },
    async forkAt(seq, ...entries) {
      const { entries: kept, payloads } = log
      const before = { ...log, entries: kept.slice(0, seq - 1), payloads: payloads.slice(0, seq - 1) }
      return part(await extend(before, entries), seq)
    },
    refOf: (seq) => ({ person, device: signer.publicKey, log: 0, seq, hash: log.entries[seq - 1]!.hash }),
    async removedAt(seq) {
      const { crypto } = node.platform
      const state = await foldKeyEvents(events, crypto)
      if (!state.ok || !entropy.ok) throw new Error('an honest beginning does not fold')
      const end = { logId: 0, seq, hash: log.entries[seq - 1]!.hash }
      const change = { state: state.value.state, device: signer.publicKey, logs: [end], time: 1 }
      const removal = await signRemoveDevice(change, await crypto.signerFromSeed(rootSeed(entropy.value, 0)))
      return [...events, removal.bytes]
    },
    idOf: (seq) => entryIdOf(log.entries[seq - 1]!.hash),
  }
}

const appended = async (run: Segment, payload: Uint8Array, signer: Signer): Promise<Segment> => {
  const seq = run.entries.length + 1
  const at = (position: number) => run.entries[position - 1]?.hash
  const entry = await signEntry(
    {
      logId: 0,
      seq,
      backlink: at(seq - 1),
      lipmaa: needsLipmaa(seq) ? at(lipmaaOf(seq)) : undefined,
      payload,
    },
    signer,
  )
  return { ...run, entries: [...run.entries, entry], payloads: [...run.payloads, payload] }
}

/** A node that follows `authors` and knows their key events. */
export const startFollower = async (...authors: readonly HostileAuthor[]): Promise<TestNode> => {
  const node = await startNode(`follower-${Math.random()}`)
  await node.get('create-person', { name: 'Follower' })
  for (const author of authors) {
    await node.get('follow', { link: author.id })
    await node.services.persons.applyKeyEvents(author.id, author.events)
  }
  return node
}

/** Hands a segment over. @returns 'ok' or why it was refused */
export const hand = async (node: TestNode, author: HostileAuthor, segment: Segment): Promise<string> => {
  const result = await node.services.logs.ingest(author.id, encodeSegment(segment))
  return result.ok ? 'ok' : result.error.type
}

/** Texts of what is shown of a person, newest first. */
export const shown = async (node: TestNode, author: HostileAuthor): Promise<string[]> =>
  (await node.query('person-feed', { person: author.id, limit: 200 })).posts.map(({ text }) => text)
