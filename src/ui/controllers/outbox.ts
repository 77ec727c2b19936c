/**
 * Posts between "Post" and the node's answer: shown at once, taken away when the feed has them, kept with their words
 * when something fails. Lives as long as the page, so a change of page loses nothing.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { PictureInput } from '../../rpc/contract.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { EntryId } from '../../rpc/views.ts'
import { node } from './node-context.ts'

/** What a composer hands over. */
export interface DraftPost {
  readonly text: string
  readonly pictures: readonly PictureInput[]
  readonly replyTo?: EntryId
}

/** A post on its way. */
export interface OutgoingPost extends DraftPost {
  readonly state: 'saving' | 'saved' | 'failed'
  readonly error?: KithError
  /** Its id once it is saved. */
  readonly entry?: EntryId
}

/** How long a saved post waits for a feed to show it (milliseconds). */
const LINGER = 3_000

const posts = new Map<number, OutgoingPost>()
const watchers = new Set<() => void>()
let last = 0

const set = (id: number, post: OutgoingPost | undefined): void => {
  if (post) posts.set(id, post)
  else posts.delete(id)
  for (const watcher of watchers) watcher()
}

const send = async (id: number, draft: DraftPost): Promise<boolean> => {
  set(id, { ...draft, state: 'saving' })
  const result = await node().request('publish-post', draft)
  if (!result.ok) {
    set(id, { ...draft, state: 'failed', error: result.error })
    return false
  }
  set(id, { ...draft, state: 'saved', entry: result.value.entry })
  // A feed that shows it takes it away sooner; elsewhere (a page without that feed) this does.
  setTimeout(() => set(id, undefined), LINGER)
  return true
}

/** Publishes a post. It is in the outbox until a feed shows it, or with its failure until it is taken out. */
export const publish = (draft: DraftPost): { readonly id: number; readonly saved: Promise<boolean> } => {
  last += 1
  return { id: last, saved: send(last, draft) }
}

/** Publishes a failed one again. */
export const publishAgain = async (id: number): Promise<void> => {
  const post = posts.get(id)
  if (!post) return
  const { text, pictures, replyTo } = post
  await send(id, { text, pictures, ...(replyTo ? { replyTo } : {}) })
}

/** Takes a post out, and returns it so that it can be edited again. */
export const takeOut = (id: number): OutgoingPost | undefined => {
  const post = posts.get(id)
  set(id, undefined)
  return post
}

/** The outbox as seen by an element. */
export class Outbox implements ReactiveController {
  readonly #changed: () => void

  constructor(host: ReactiveControllerHost) {
    this.#changed = () => host.requestUpdate()
    host.addController(this)
  }

  hostConnected(): void {
    watchers.add(this.#changed)
  }

  hostDisconnected(): void {
    watchers.delete(this.#changed)
  }

  /** Posts on their way that `shown` does not hold yet, newest first. */
  notIn(shown: ReadonlySet<EntryId>): readonly (readonly [number, OutgoingPost])[] {
    for (const [id, post] of posts) if (post.entry && shown.has(post.entry)) posts.delete(id)
    return [...posts].reverse()
  }
}
