import { expect } from 'chai'
import { utf8Encode } from '../../../src/core/bytes.ts'
import { MAX_SEGMENT_ENTRIES } from '../../../src/core/limits.ts'
import type { InternalServices } from '../../../src/node-worker/internal-services.ts'
import type { Found } from '../../../src/node-worker/transfer/import/found.ts'
import { importRequests } from '../../../src/node-worker/transfer/import/import-requests.ts'
import { MAX_IMPORT_BYTES, readItems } from '../../../src/node-worker/transfer/import/read-items.ts'
import { TEST_TIME } from '../../support/platform.ts'
import { describe, it } from '../../support/runner.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'
import { importFile, item, jobDone, rss } from './files.ts'

const startAlice = async (seed: string): Promise<TestNode> => {
  const node = await startNode(seed)
  await node.get('create-person', { name: 'Alice' })
  return node
}

const postsOf = async (node: TestNode) => (await node.query('home', { limit: 100 })).posts

const textsOf = async (node: TestNode): Promise<string[]> => (await postsOf(node)).map(({ text }) => text).sort()

describe('importing feeds', () => {
  it('[IM1] RSS: title, text, time and source of every item', async () => {
    const node = await startAlice('rss')
    const full = `<item><title>Caf&eacute; &amp; bar</title><link>https://feed.example/1</link>
      <guid>https://feed.example/1</guid><pubDate>Tue, 10 Jun 2003 04:00:00 GMT</pubDate>
      <description>short</description>
      <content:encoded><![CDATA[<p>Long &mdash; <a href="https://x.example/">text</a></p>]]></content:encoded></item>`
    const job = await importFile(node, rss(full, item(2, '<pubDate>whenever</pubDate>')))
    expect(job).to.deep.include({ state: 'done', added: 2, skipped: {} })
    expect(job.done).to.equal(job.total)
    const [newest, oldest] = await postsOf(node)
    expect(oldest).to.deep.include({
      text: 'Café & bar\n\nLong — text (https://x.example/)',
      time: Date.UTC(2003, 5, 10, 4),
      source: { title: 'A & B', url: 'https://feed.example/1' },
    })
    expect(newest).to.deep.include({ text: 'Item 2\n\nText 2', time: TEST_TIME, source: { title: 'A & B' } })
    await node.stop()
  })

  it('[IM1] Atom: texts of all types, links and ids', async () => {
    const node = await startAlice('atom')
    const atom = `<feed xmlns="http://www.w3.org/2005/Atom"><title type="text">Logs &lt;b&gt;</title>
      <link href="https://a.example/"/><id>urn:feed</id>
      <entry><title type="html">&lt;b&gt;One&lt;/b&gt;</title><id>urn:1</id>
        <link rel="self" href="https://a.example/self"/><link href="https://a.example/1"/>
        <published>2020-01-02T03:04:05Z</published><updated>2021-01-01T00:00:00Z</updated>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>a &lt; b</p><p>c <a href="https://l.example/">d</a></p></div></content></entry>
      <entry><title>1 &lt; 2 &amp;amp; so</title><id>urn:2</id><summary type="text">plain &lt;i&gt;</summary></entry>
    </feed>`
    expect(await importFile(node, atom)).to.deep.include({ state: 'done', added: 2, skipped: {} })
    const posts = await postsOf(node)
    expect(posts.map(({ text }) => text)).to.deep.equal([
      '1 < 2 &amp; so\n\nplain <i>',
      'One\n\na < b\n\nc d (https://l.example/)',
    ])
    expect(posts[1]).to.deep.include({
      time: Date.UTC(2020, 0, 2, 3, 4, 5),
      source: { title: 'Logs <b>', url: 'https://a.example/1' },
    })
    await node.stop()
  })

  it('[IM1] RSS 1.0 (RDF)', async () => {
    const node = await startAlice('rdf')
    const rdf = `<rdf:RDF xmlns:rdf="x" xmlns="y" xmlns:dc="z"><channel rdf:about="u"><title>Old</title></channel>
      <item rdf:about="https://o.example/1"><title>T</title><link>https://o.example/1</link><description>D</description>
      <dc:date>2001-02-03T00:00:00Z</dc:date></item></rdf:RDF>`
    expect(await importFile(node, rdf)).to.include({ state: 'done', added: 1 })
    expect((await postsOf(node))[0]).to.deep.include({
      text: 'T\n\nD',
      time: Date.UTC(2001, 1, 3),
      source: { title: 'Old', url: 'https://o.example/1' },
    })
    await node.stop()
  })

  it('[IM6] a second import adds nothing, also under another name, after a restart, and beside new items', async () => {
    const first = await startAlice('again')
    expect(await importFile(first, rss(item(1), item(2), item(2)))).to.deep.include({
      added: 2,
      skipped: { duplicate: 1 },
    })
    expect(await importFile(first, 'one\n%\ntwo\n%\none\n', 'a')).to.deep.include({
      added: 2,
      skipped: { duplicate: 1 },
    })
    const node = await startNode('again', { platform: first.platform })
    expect(await importFile(node, rss(item(1), item(2), item(3)))).to.deep.include({
      added: 1,
      skipped: { duplicate: 2 },
    })
    expect(await importFile(node, 'one\n%\ntwo\n%\nthree\n', 'b')).to.deep.include({
      added: 1,
      skipped: { duplicate: 2 },
    })
    expect(await textsOf(node)).to.have.length(6)
    await node.stop()
  })

  it('[IM2] broken items are left out and counted, all others come in', async () => {
    const node = await startAlice('broken')
    const job = await importFile(
      node,
      rss(
        item(1),
        '<item><title>unclosed <description>x</item>',
        item(2),
        '<item><guid>g</guid><title>a & b & c</title></item>',
        item(3),
        '<item><title>no end',
        item(4),
        '<item><title>bad &entity; here</title></item>',
        item(5),
        '<item></item>',
      ),
    )
    expect(job).to.deep.include({ state: 'done', added: 5, skipped: { malformed: 4, empty: 1 } })
    expect(await textsOf(node)).to.deep.equal([1, 2, 3, 4, 5].map((n) => `Item ${n}\n\nText ${n}`))
    await node.stop()
  })

  it('[IM2] a file that is cut short gives what is whole in it', async () => {
    const node = await startAlice('cut')
    const whole = rss(item(1), item(2), item(3))
    const job = await importFile(node, whole.slice(0, whole.indexOf('Text 3')))
    expect(job).to.deep.include({ state: 'done', added: 2, skipped: { malformed: 1 } })
    await node.stop()
  })

  it('[IM2] entities of a doctype are not expanded, and deep nesting is not followed', async () => {
    const node = await startAlice('hostile')
    const laughs = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">${Array.from(
      { length: 9 },
      (_, i) => `<!ENTITY lol${i + 1} "${`&lol${i || ''};`.repeat(10)}">`,
    ).join('')}]><rss><channel><title>t</title><item><title>&lol9;</title></item>${item(1)}</channel></rss>`
    expect(await importFile(node, laughs)).to.deep.include({ added: 1, skipped: { malformed: 1 } })
    const deep = rss(`<item>${'<x>'.repeat(100_000)}</item>`, item(2))
    expect(await importFile(node, deep)).to.deep.include({ added: 1, skipped: { malformed: 1 } })
    await node.stop()
  })

  it('[IM2] an item of any size is passed over, and a long text is cut where its source can be read', async () => {
    const node = await startAlice('huge')
    const link = '<item><link>https://feed.example/long</link><description>'
    const job = await importFile(
      node,
      rss(
        `<item><title>${'x'.repeat(3_000_000)}</title></item>`,
        item(1),
        `${link}${'y'.repeat(20_000)}</description></item>`,
        `<item><description>${'z'.repeat(20_000)}</description></item>`,
      ),
    )
    expect(job).to.deep.include({ state: 'done', added: 2, skipped: { 'too-large': 2 } })
    expect((await textsOf(node))[1]).to.equal(`${'y'.repeat(9999)}…`)
    await node.stop()
  })

  it('[IM2] a file of nothing but breaks is given up, with what was good before', async () => {
    const node = await startAlice('breaks')
    const job = await importFile(node, rss(item(1), '<item>&</item>'.repeat(20_000)))
    expect(job).to.include({ state: 'failed', added: 1 })
    expect(job.error?.type).to.equal('bad-file')
    await node.stop()
  })

  it('[IM7] encodings: declared, marked, wrongly declared', async () => {
    const node = await startAlice('encodings')
    const latin = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0))
    const declared = rss(item(1, '<category>x</category>').replace('Text', 'Caf\u00e9')).replace('UTF-8', 'ISO-8859-1')
    expect(await importFile(node, latin(declared))).to.include({ added: 1 })
    const wrong = rss(item(2).replace('Text', 'Caf\u00e9'), item(3))
    expect(await importFile(node, latin(wrong))).to.include({ state: 'done', added: 2 })
    const utf16 = `\ufeff${rss(item(4).replace('Text', 'Caf\u00e9'))}`
    const bytes = Uint8Array.from([...utf16].flatMap((char) => [char.charCodeAt(0) & 0xff, char.charCodeAt(0) >> 8]))
    expect(await importFile(node, bytes)).to.include({ added: 1 })
    expect(await importFile(node, latin('Gr\u00fc\u00dfe\n%\nx\n'))).to.include({ added: 2 })
    const texts = await textsOf(node)
    expect(texts).to.include('Item 1\n\nCaf\u00e9 1')
    expect(texts).to.include('Item 2\n\nCaf\ufffd 2')
    expect(texts).to.include('Item 4\n\nCaf\u00e9 4')
    expect(texts).to.include('Gr\u00fc\u00dfe')
    await node.stop()
  })

  it('[IM1] what is no feed and no fortune file says so', async () => {
    const node = await startAlice('wrong')
    const files: readonly BlobPart[] = [
      '',
      'just some text\nwithout separators\n',
      '<!DOCTYPE html><html><head><title>x</title></head></html>',
      '<html><body>x</body></html>',
      '<?xml version="1.0"?><svg xmlns="x"><path/></svg>',
      '<?xml version="1.0"?><<<',
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13),
    ]
    for (const file of files) {
      const job = await importFile(node, file)
      expect(job, String(file)).to.include({ state: 'failed', added: 0 })
      expect(job.error?.type).to.equal('bad-file')
    }
    await node.stop()
  })

  it('[IM2] a file over the limit is refused before it is read', async () => {
    const node = await startAlice('large')
    const file = (size: number) => new Blob([new Uint8Array(size)])
    expect(await node.ask('import', { file: file(MAX_IMPORT_BYTES + 1), name: 'x' })).to.deep.equal({
      ok: false,
      error: { type: 'too-large', what: 'file', limit: MAX_IMPORT_BYTES },
    })
    const found: Found[] = []
    for await (const each of readItems(file(MAX_IMPORT_BYTES + 1), 'x', () => {})) found.push(each)
    expect(found.map(({ type }) => type)).to.deep.equal(['bad-file'])
    await node.stop()
  })

  it('[IM2] a file with more posts than are taken from one is given up, with those that came first', async () => {
    const node = await startAlice('many')
    // The parts of a node's services that imports need are there, whoever asks.
    const requests = importRequests(node.services as InternalServices, MAX_SEGMENT_ENTRIES)
    const file = new Blob([Array.from({ length: 3 * MAX_SEGMENT_ENTRIES }, (_, i) => `saying ${i}`).join('\n%\n')])
    const started = await requests.import({ file, name: 'many' }, { id: 'i', time: 0, remember: async () => {} })
    if (!started.ok) throw new Error(started.error.type)
    const job = await jobDone(node, started.value.job)
    expect(job).to.include({ state: 'failed', added: MAX_SEGMENT_ENTRIES })
    expect(job.error?.type).to.equal('bad-file')
    await node.stop()
  })

  it('[IM1] importing needs a person', async () => {
    const node = await startNode('nobody')
    const result = await node.ask('import', { file: new Blob(['x']), name: 'x' })
    expect(result).to.deep.equal({ ok: false, error: { type: 'no-person' } })
    await node.stop()
  })
})

describe('importing fortunes', () => {
  it('[IM4] texts between lines of "%" with their shape, the empty and the long ones counted', async () => {
    const node = await startAlice('fortunes')
    const file = `%\n  indented\n\tlines  % here\n%\n\n%\r\nsecond\r\n\r\n  -- Author\r\n%\n${'long '.repeat(3000)}\n%\nlast`
    const job = await importFile(node, file, 'cookies')
    expect(job).to.deep.include({ state: 'done', added: 3, skipped: { empty: 1, 'too-large': 1 } })
    expect(await textsOf(node)).to.deep.equal(['  indented\n\tlines  % here', 'last', 'second\n\n  -- Author'])
    expect((await postsOf(node))[0]?.source).to.deep.equal({ title: 'cookies' })
    await node.stop()
  })

  it('[IM5] separators are found wherever a chunk ends', async () => {
    const node = await startAlice('chunks')
    const texts = Array.from({ length: 700 }, (_, i) => `${i} ${'é'.repeat(480 + (i % 40))}`)
    const job = await importFile(node, utf8Encode(texts.join('\n%\n')).slice())
    expect(job).to.deep.include({ state: 'done', added: 700, skipped: {} })
    await node.stop()
  })
})
