import { expect } from 'chai'
import fc from 'fast-check'
import { MAX_DEPTH } from '../../../src/node-worker/transfer/import/feed-elements.ts'
import { createFeedReader, MAX_BROKEN_ITEMS } from '../../../src/node-worker/transfer/import/feed-reader.ts'
import { type Found, MAX_ITEM_LENGTH } from '../../../src/node-worker/transfer/import/found.ts'
import { describe, it } from '../../support/runner.ts'
import { item, rss } from './files.ts'

const read = (parts: readonly string[]): Found[] => {
  const reader = createFeedReader('file')
  return [...parts.flatMap((part) => reader.write(part)), ...reader.end()]
}

const split = (text: string, cuts: readonly number[]): string[] => {
  const places = [0, ...cuts.map((cut) => cut % text.length).sort((a, b) => a - b), text.length]
  return places.slice(1).map((end, i) => text.slice(places[i], end))
}

const items = Array.from({ length: 6 }, (_, i) => item(i, '<category><![CDATA[a <item> in text]]></category>'))
const feed = rss(...items)

/** What may stand where it should not. */
const noise = fc.constantFrom(
  '&',
  '<',
  '>',
  '</item>',
  '<item>',
  '<item',
  ']]>',
  '<![CDATA[',
  '<!--',
  '"',
  '&lol;',
  '\0',
)

describe('reading feeds', () => {
  it('[IM5] a feed gives the same items wherever its chunks end', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(feed.length), { maxLength: 8 }), (cuts) => {
        const found = read(split(feed, cuts))
        expect(found.map(({ type }) => type)).to.deep.equal(items.map(() => 'item'))
      }),
      { numRuns: 100 },
    )
  })

  it('[IM2] one break anywhere among the items costs at most the items it is in, wherever chunks end', () => {
    const begin = feed.indexOf('<item>')
    const end = feed.lastIndexOf('</item>')
    fc.assert(
      fc.property(fc.integer({ min: begin, max: end }), noise, fc.array(fc.nat(feed.length)), (at, wrong, cuts) => {
        const broken = feed.slice(0, at) + wrong + feed.slice(at)
        const found = read(split(broken, cuts))
        expect(found.filter(({ type }) => type === 'bad-file')).to.deep.equal([])
        // What a break swallows is read again, so it never costs more than its neighbours.
        expect(found.filter(({ type }) => type === 'item')).to.have.length.within(items.length - 2, items.length + 2)
        expect(read([broken])).to.deep.equal(found)
      }),
      { numRuns: 300 },
    )
  })

  it('[IM2] what an item may nest and hold, and how many may be broken, goes exactly up to its limit', () => {
    // Beside rss, channel and item.
    const nested = (depth: number) =>
      `<item><title>x</title>${'<a>'.repeat(depth - 3)}${'</a>'.repeat(depth - 3)}</item>`
    const typesOf = (text: string) => read([text]).map(({ type }) => type)
    expect(typesOf(rss(nested(MAX_DEPTH)))).to.deep.equal(['item'])
    expect(typesOf(rss(nested(MAX_DEPTH + 1)))).to.deep.equal(['left-out'])
    const broken = (count: number) => rss('<item>&</item>'.repeat(count), item(1))
    // Behind a break the end of the feed does not fit any more: one break of its own.
    expect(typesOf(broken(MAX_BROKEN_ITEMS - 1)).at(-1)).to.equal('item')
    expect(typesOf(broken(MAX_BROKEN_ITEMS)).at(-1)).to.equal('bad-file')
    const start = '<item><title>x</title><guid>'
    const open = (length: number) => [
      '<rss><channel>',
      start + 'x'.repeat(length - start.length),
      '</guid></item></channel></rss>',
    ]
    expect(read(open(MAX_ITEM_LENGTH)).map(({ type }) => type)).to.deep.equal(['item'])
    expect(read(open(MAX_ITEM_LENGTH + 1)).map(({ type }) => type)).to.deep.equal(['left-out'])
  })

  it('[IM2] nothing makes the reader throw', () => {
    const parts = fc.oneof(noise, fc.constantFrom('<rss>', '<channel>', '<title>', '</title>', '<a b="c">', 'text'))
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 40 }), (all) => {
        expect(read([`<rss><channel>${all.join('')}`])).to.be.an('array')
        expect(read(all)).to.be.an('array')
      }),
      { numRuns: 300 },
    )
  })
})
