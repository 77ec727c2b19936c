/** A node that lacks pictures, their author, and peers that say they have them and answer as the test tells. */
import { decodeBlockQuestion, encodeBlockAnswer } from '../../../src/core/sync/block-codec.ts'
import { StreamKind } from '../../../src/core/sync/messages.ts'
import type { Session, Stream } from '../../../src/node-worker/sessions/types.ts'
import { createMutex } from '../../../src/node-worker/stores/mutex.ts'
import type { Store } from '../../../src/node-worker/stores/store.ts'
import { replicate } from '../../support/test-node.ts'
import { type Author, startAuthor, startVictim, streamFrom, type Victim } from './hostile-peer.ts'

/** A small picture that no other seed has: a manifest and one chunk. */
export const picture = (seed: number) =>
  ({ bytes: new Uint8Array(500).fill(seed), mediaType: 'image/png', width: 10, height: 10, alt: '' }) as const

/** A victim that lacks the pictures of Ann's posts, and a stranger who offers to have them. */
export const startScene = async (pictures: number, store?: Store) => {
  const ann = await startAuthor('Ann', 0)
  for (let i = 0; i < pictures; i++) await ann.get('publish-post', { text: `${i}`, pictures: [picture(i)] })
  const victim = await startVictim([ann], store)
  await replicate(ann, victim, ann.id)
  const mallory = await startAuthor('Mallory', 0)
  const others: Author[] = []
  const stop = async (): Promise<void> => {
    for (const node of [victim, ann, mallory, ...others]) await node.stop()
  }
  /** One more peer with a session, see {@link Source}. */
  const startSource = async (): Promise<Source> => {
    const author = await startAuthor(`Source ${others.length}`, 0)
    others.push(author)
    return createSource(await victim.meet(author), ann)
  }
  return { ann, victim, mallory, startSource, stop }
}

export const questionIn = (bytes: Uint8Array): string => {
  const question = decodeBlockQuestion(bytes)
  if (!question.ok) throw new Error(question.error.type)
  return question.value
}

/** A peer under the test's control: it keeps silent until told to answer. */
export interface Source {
  readonly session: Session
  /** Every question so far. */
  readonly asked: readonly string[]
  /** Those without an answer. */
  readonly open: readonly string[]
  /** Answers the oldest question, with what Ann has or with other bytes. */
  answer(bytes?: Uint8Array): Promise<void>
  /** Answers everything truly from now on. */
  serve(): void
  /** Ends the stream on which it is asked. */
  breakOff(): void
}

const createSource = (session: Session, ann: Author): Source => {
  const asked: string[] = []
  const open: string[] = []
  const oneAtATime = createMutex()
  let isServing = false
  let stream: Stream | undefined

  const answer = (bytes?: Uint8Array): Promise<void> =>
    oneAtATime(async () => {
      const cid = open.shift()
      const block = cid === undefined ? undefined : (bytes ?? (await ann.services.files.get(cid)))
      if (cid !== undefined) await stream?.send(encodeBlockAnswer(block ? 'follows' : 'not-here'))
      if (block) await stream?.send(block)
    })
  const take = (bytes: Uint8Array): void => {
    const cid = questionIn(bytes)
    asked.push(cid)
    open.push(cid)
    if (isServing) void answer()
  }
  const listen = async (): Promise<void> => {
    stream = await streamFrom(session, StreamKind.block)
    open.length = 0
    stream.onmessage = take
    return listen()
  }
  void listen()
  return {
    session,
    asked,
    open,
    answer,
    serve() {
      isServing = true
      for (const _ of open) void answer()
    },
    breakOff: () => stream?.close('failed'),
  }
}

/** Blocks of others: one block holds the victim's own key events. */
export const blocksHeld = async (victim: Victim): Promise<number> =>
  (await victim.platform.store.read(['blocks'], (tx) => tx.count('blocks'))) - 1

export const holds = (victim: Victim, blocks: number) => async (): Promise<boolean> =>
  (await blocksHeld(victim)) === blocks
