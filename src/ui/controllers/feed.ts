/**
 * A long feed as a list of pages, each a live query of its own. The first page is always live; a later one is live
 * while it is near the window and otherwise stands still. New posts push old ones out of the first page, so it grows
 * by as many as arrive: nothing falls between it and the second.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { KithError } from '../../rpc/errors.ts'
import type { FeedPage, PersonId, PostView } from '../../rpc/views.ts'
import { node } from './node-context.ts'

/** Posts a page. */
export const FEED_PAGE = 30

/** Which feed. */
export type FeedSource =
  | { readonly query: 'home' | 'inbox' }
  | { readonly query: 'person-feed'; readonly person: PersonId }

/** A page of a feed as it is drawn: posts that an earlier page shows already are left out. */
export interface FeedSection {
  readonly before: string
  posts: readonly PostView[]
}

interface Page extends FeedSection {
  limit: number
  value: FeedPage | undefined
  /** Wanted live, as long as the feed itself is on the page. */
  near: boolean
  stop: (() => void) | undefined
}

const sameItems = <T>(a: readonly T[], b: readonly T[]): boolean =>
  a.length === b.length && a.every((item, i) => item === b[i])

export class Feed implements ReactiveController {
  error: KithError | undefined
  readonly #host: ReactiveControllerHost
  readonly #source: () => FeedSource
  #pages: Page[] = []
  #ids = new Set<string>()
  #key = ''

  constructor(host: ReactiveControllerHost, source: () => FeedSource) {
    this.#host = host
    this.#source = source
    host.addController(this)
  }

  /** Pages with their posts, newest first. */
  get sections(): readonly FeedSection[] {
    return this.#pages
  }

  /** Ids of all posts that are shown. */
  get ids(): ReadonlySet<string> {
    return this.#ids
  }

  /** False until the first answer. */
  get ready(): boolean {
    return this.#pages[0]?.value !== undefined
  }

  /** True while the last page says that there is another. */
  get more(): boolean {
    return this.#pages.at(-1)?.value?.next !== undefined
  }

  /** False while older posts are still on their way to this device. */
  get complete(): boolean {
    return this.#pages.at(-1)?.value?.complete ?? true
  }

  hostUpdate(): void {
    const key = JSON.stringify(this.#source())
    if (key === this.#key) return
    this.hostDisconnected()
    this.#key = key
    this.#pages = []
    this.#open('')
  }

  hostConnected(): void {
    for (const page of this.#pages) if (page.near) this.#follow(page)
    this.#host.requestUpdate()
  }

  hostDisconnected(): void {
    for (const page of this.#pages) this.#rest(page)
  }

  /** Opens the next page, unless one is under way or there is none. */
  showOlder(): void {
    const next = this.#pages.at(-1)?.value?.next
    if (next !== undefined) this.#open(next)
  }

  /** Makes a page live or lets it rest. The first one never rests. */
  setNear(before: string, near: boolean): void {
    const page = this.#pages.find((candidate) => candidate.before === before)
    if (!page?.value || page === this.#pages[0]) return
    page.near = near
    if (near) this.#follow(page)
    else this.#rest(page)
  }

  #open(before: string): void {
    const page: Page = { before, posts: [], limit: FEED_PAGE, value: undefined, near: true, stop: undefined }
    this.#pages = [...this.#pages, page]
    this.#follow(page)
  }

  #follow(page: Page): void {
    if (page.stop) return
    const source = this.#source()
    const input = { limit: page.limit, ...(page.before ? { before: page.before } : {}) }
    const onValue = (value: FeedPage): void => this.#accept(page, value)
    const onError = (error: KithError): void => this.#fail(error)
    page.stop =
      source.query === 'person-feed'
        ? node().watch('person-feed', { ...input, person: source.person }, onValue, onError)
        : node().watch(source.query, input, onValue, onError)
  }

  #rest(page: Page): void {
    page.stop?.()
    page.stop = undefined
  }

  #accept(page: Page, value: FeedPage): void {
    if (!this.#pages.includes(page)) return
    const arrived = page.value && this.#pages.length > 1 ? value.posts.filter(({ id }) => !this.#ids.has(id)).length : 0
    page.value = value
    this.error = undefined
    this.#arrange()
    this.#host.requestUpdate()
    if (page === this.#pages[0] && arrived) this.#grow(page, arrived)
  }

  #grow(page: Page, by: number): void {
    page.limit += by
    this.#rest(page)
    this.#follow(page)
  }

  /** Posts of each page without those of the pages before it; lists that did not change stay the same object. */
  #arrange(): void {
    const ids = new Set<string>()
    for (const page of this.#pages) {
      const posts = (page.value?.posts ?? []).filter(({ id }) => !ids.has(id))
      for (const { id } of posts) ids.add(id)
      if (!sameItems(posts, page.posts)) page.posts = posts
    }
    this.#ids = ids
  }

  #fail(error: KithError): void {
    this.error = error
    this.#host.requestUpdate()
  }
}
