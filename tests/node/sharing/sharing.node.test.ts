/** Notes shared by link: real nodes, a real host, and strangers who have nothing but the link. */
import { expect } from 'chai'
import { cidFromBytes, cidToString } from '../../../src/core/blocks/cid.ts'
import { shareReference } from '../../../src/node-worker/sharing/share-keys.ts'
import { ask } from '../../host/support/http.ts'
import { after, before, describe, it } from '../../support/runner.ts'
import type { TestNode } from '../../support/test-node.ts'
import { until } from '../../support/wait.ts'
import { recover, startBlank } from '../recovery/scene.ts'
import { startHost, startPeer, type TestHost } from '../replication/peers.ts'
import { wordsOf } from '../transfer/archive.ts'
import { linkOf, shareNew, shown, write } from './scene.ts'

const LONG = 'A long note. '.repeat(30_000)

describe('notes shared by link', () => {
  let host: TestHost
  let ada: TestNode & { readonly person: string }
  let stranger: TestNode
  before(async () => {
    host = await startHost()
    ada = await startPeer('Ada', [host.origin])
    stranger = await startBlank([host.origin])
  })
  after(async () => {
    await ada.stop()
    await stranger.stop()
    await host.close()
  })

  const shows = (link: string, text: string, node = stranger) =>
    until(async () => (await shown(node, link)) === text, `the link to show ${text.slice(0, 40)}`)

  it('[CP16] whoever has the link reads the note without being anybody, and what it becomes, until that is stopped', async () => {
    const { note, share } = await shareNew(ada, 'Soup', 'Leeks')
    const link = await linkOf(ada, share)
    await shows(link, 'Soup: Leeks')
    await write(ada, note, 'Soup', 'Leeks and salt')
    await shows(link, 'Soup: Leeks and salt')
    await write(ada, note, 'Long', LONG)
    await shows(link, `Long: ${LONG}`)
    await write(ada, note, 'Short', 'again')
    await shows(link, 'Short: again')
    await ada.get('unshare', { share })
    await shows(link, 'share-ended')
    expect(await stranger.query('session', {})).to.deep.equal({ state: 'none' })
  })

  it('[CP10] each share is another slot: a new link shows the note, the old one goes on saying that it ended', async () => {
    const { note, share } = await shareNew(ada, 'Twice', 'one')
    const [old, other] = [await linkOf(ada, share), await linkOf(ada, (await ada.get('share-note', { note })).share)]
    await shows(old, 'Twice: one')
    await ada.get('unshare', { share })
    await shows(other, 'Twice: one')
    await shows(old, 'share-ended')
  })

  it('[CP14] the host is told of the key of a share, and not of its blocks', async () => {
    const { share } = await shareNew(ada, 'Hidden', 'secret words '.repeat(1000))
    const [cid] = (await ada.platform.store.read(['blockMeta'], (tx) => tx.list('blockMeta'))).flatMap(({ key }) =>
      key[3] === shareReference(share) ? [cidFromBytes(key[0] as Uint8Array)] : [],
    )
    if (!cid?.ok) throw new Error('no block')
    const seal = await linkOf(ada, share, 'verify')
    const found = await until(async () => {
      const opened = await stranger.ask('open-shared', { link: seal })
      return opened.ok && opened.value
    }, 'the record to be found')
    expect(found).to.deep.include({ kind: 'sealed', epoch: 0, places: 1 })
    const named = (path: string) => ask(`${host.origin}${path}`).then(({ body }) => JSON.parse(String(body)))
    expect(await named(`/k/${cidToString(cid.value)}`)).to.deep.equal([])
  })

  it('[CP17] every device of the person shows it, so that any one of them is enough', async () => {
    const { note, share } = await shareNew(ada, 'Devices', 'two')
    const link = await linkOf(ada, share)
    const second = await startBlank([host.origin])
    await recover(second, await wordsOf(ada))
    await until(async () => (await second.query('shares', { note })).length === 1, 'the share to be known')
    const seal = await linkOf(ada, share, 'verify')
    await until(async () => {
      const opened = await stranger.ask('open-shared', { link: seal })
      return opened.ok && opened.value.kind === 'sealed' && (await ask(`${host.origin}/healthz`)).status === 200
    }, 'it to be found')
    await ada.node.close()
    await shows(link, 'Devices: two')
    await second.get('unshare', { share })
    await shows(link, 'share-ended')
    await second.stop()
    await until(async () => (await shown(stranger, link)) === 'share-not-found', 'nobody to have it')
    ada = await startPeer('Ada again', [host.origin])
  })

  it('[CP18] a link to write shows another text until the note changes; a link to read writes nothing', async () => {
    const { note, share } = await shareNew(ada, 'Open', 'mine')
    const [read, writing] = [await linkOf(ada, share), await linkOf(ada, share, 'write')]
    await shows(read, 'Open: mine')
    const refused = await stranger.ask('write-shared', { link: read, title: 'x', text: 'y' })
    expect(refused.ok || refused.error.type).to.equal('read-only-link')
    const tooLong = await stranger.ask('write-shared', { link: writing, title: 'x', text: LONG })
    expect(tooLong.ok || tooLong.error).to.deep.include({ type: 'too-large', what: 'share' })
    expect(await stranger.get('write-shared', { link: writing, title: 'Open', text: 'theirs' })).to.deep.equal({
      places: 1,
    })
    await shows(read, 'Open: theirs')
    const shares = ada.live('shares', { note })
    await shares.until(([first]) => first?.rewritten === true)
    shares.end()
    await write(ada, note, 'Open', 'mine again')
    await shows(read, 'Open: mine again')
    await ada.get('unshare', { share })
    await shows(read, 'share-ended')
    const late = await stranger.ask('write-shared', { link: writing, title: 'x', text: 'y' })
    expect(late.ok || late.error.type).to.equal('share-ended')
  })

  it('[CP7] [CP16] what is no link, damaged or nowhere to be found is said', async () => {
    const { share } = await shareNew(ada, 'Gone', 'soon')
    const link = await linkOf(ada, share)
    expect(await shown(stranger, 'hello')).to.equal('bad-share-link none')
    const flipped = link.endsWith('a') ? `${link.slice(0, -1)}b` : `${link.slice(0, -1)}a`
    expect(await shown(stranger, flipped)).to.equal('bad-share-link damaged')
    const nowhere = await startBlank(['http://127.0.0.1:9'])
    const text = link.slice(link.indexOf('#') + 1)
    // Its own host is dead; that of the link is on this machine, as is the one that the app came from, so it is asked.
    await shows(text, 'Gone: soon', nowhere)
    await nowhere.stop()
  })
})
