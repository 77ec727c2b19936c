/**
 * Feeds as people have them: mostly well-formed. Where one is not, the item that is broken is left out and reading
 * goes on at the next: its text is kept from where it began, so that nothing behind the break is lost. Rules IM1 to IM3
 * of docs/protocol.
 */

import { messageOf } from '../../../rpc/handlers.ts'
import { createFeedElements, type FeedElements } from './feed-elements.ts'
import { type Field, toFound } from './feed-item.ts'
import { type Found, type ItemReader, MAX_ITEM_LENGTH } from './found.ts'
import { htmlToText } from './html-text.ts'

/** Broken items after which a file is no feed: each costs reading again what stood behind it. */
export const MAX_BROKEN_ITEMS = 1000

const ROOTS = ['rss', 'feed', 'RDF']
const ITEM_START = /<(?:[\w-]{1,40}:)?(?:item|entry)[\s>]/
/** Characters in which the start of an item's tag fits. */
const TAG_START_LENGTH = 64

class NotAFeed extends Error {}

/** Where the first item begins in `text`; -1 when none does. */
const nextItem = (text: string): number => text.search(ITEM_START)

/** Creates a reader; `fileName` is the title of a feed that has none. */
export const createFeedReader = (fileName: string): ItemReader => {
  let title = ''
  let found: Found[] = []
  /** Undefined while the start of an item is looked for. */
  let elements: FeedElements | undefined
  /** The end of what was read. */
  let kept = ''
  /** Characters that `elements` had read before `kept` begins. */
  let keptFrom = 0
  /** Where in `kept` the open item begins, or the last one ended. */
  let mark = 0
  let isInItem = false
  let isStarted = false
  let isRecovering = false
  let isOver = false
  let broken = 0

  const start = (isPart: boolean): FeedElements =>
    createFeedElements(
      {
        onRoot(name) {
          if (!ROOTS.includes(name)) throw new NotAFeed(`<${name}> is no feed`)
          isStarted = true
        },
        onTitle(field) {
          title ||= titleText(field)
        },
        onItem() {
          isInItem = true
          mark = kept.lastIndexOf('<', elements!.position() - keptFrom - 1)
        },
        onItemEnd(fields) {
          isInItem = false
          mark = elements!.position() - keptFrom
          found.push(toFound(fields, title || fileName))
        },
      },
      isPart,
    )

  const giveUp = (reason: string): void => {
    found.push({ type: 'bad-file', reason })
    isOver = true
  }

  /** Leaves the item that is open, or the text since the last one, to go on at the next item. */
  const leave = (): void => {
    // At least one character on: what stands there has just been read in vain.
    kept = kept.slice(isInItem ? mark + 1 : Math.max(mark, 1))
    elements = undefined
    isInItem = false
    isRecovering = true
  }

  const skipItem = (reason: 'malformed' | 'too-large'): void => {
    // Behind a break the tags around the items no longer fit: that was counted once.
    if (isInItem || !isRecovering) found.push({ type: 'left-out', reason })
    if (++broken > MAX_BROKEN_ITEMS) giveUp(`more than ${MAX_BROKEN_ITEMS} broken items`)
    leave()
  }

  const fail = (error: unknown): void => {
    if (error instanceof NotAFeed || !isStarted) giveUp(messageOf(error))
    else skipItem('malformed')
  }

  /** Begins to read at the first item in `kept`. @returns false when there is none yet */
  const resume = (): boolean => {
    const from = nextItem(kept)
    kept = from < 0 ? kept.slice(-TAG_START_LENGTH) : kept.slice(from)
    if (from < 0) return false
    elements = start(true)
    keptFrom = 0
    mark = 0
    return true
  }

  /** Forgets what no break can make worth reading again. */
  const trim = (): void => {
    kept = kept.slice(mark)
    keptFrom += mark
    mark = 0
    if (kept.length <= MAX_ITEM_LENGTH) return
    if (isInItem) skipItem('too-large')
    // So much between two items: a stray character may have swallowed some.
    else if (isStarted) leave()
  }

  /** Reads on in `kept` after a break, from item to item. */
  const recover = (): void => {
    while (!isOver && !elements && resume()) tryToRead(kept)
  }

  const tryToRead = (text: string): void => {
    try {
      elements!.write(text)
      trim()
    } catch (error) {
      fail(error)
    }
  }

  const read = (text: string): void => {
    kept += text
    if (!isRecovering) elements ??= start(false)
    if (elements) tryToRead(text)
    recover()
  }

  /** A parser only knows at the end that an item was never closed: what it swallowed is read again. */
  const finish = (): void => {
    while (!isOver && elements) {
      try {
        elements.end()
        return
      } catch (error) {
        // Tags around the items that were still to come are no loss.
        if (isStarted && !isInItem) leave()
        else fail(error)
        recover()
      }
    }
  }

  const taken = (): readonly Found[] => {
    const all = found
    found = []
    return all
  }

  return {
    write(text) {
      if (!isOver) read(text)
      return taken()
    },
    end() {
      finish()
      if (!isStarted && !isOver) giveUp('no feed')
      return taken()
    },
  }
}

const titleText = ({ content, type }: Field): string => (type === 'text' ? content : htmlToText(content)).trim()
