import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { expect } from 'chai'
import { MAX_HOSTS } from '../../src/cli/globals.ts'
import { startHost, waitFor } from '../support/e2e.ts'
import { freshFolder, kith, kithUnread, startPeer } from './support/kith.ts'

const NO_HOST = 'http://127.0.0.1:9'

describe('kith, without a running peer', () => {
  let folder: Awaited<ReturnType<typeof freshFolder>>
  let data: string
  before(async () => {
    folder = await freshFolder()
    data = join(folder.path, 'data')
  })
  after(() => folder.remove())

  it('says in words what is missing, typed wrongly or unknown', async () => {
    const nobody = await kith(['post', '--data', data, 'hello'])
    expect(nobody).to.include({ code: 1, stdout: '' })
    expect(nobody.stderr).to.contain('kith create NAME')
    expect((await kith(['post', '--data', data])).code).to.equal(2)
    expect((await kith(['feed', '--data', data, '--limit', 'many'])).code).to.equal(2)
    expect((await kith(['dance'])).stderr).to.contain('"dance" is no command')
    expect((await kith(['post', '--data'])).stderr).to.contain('--data needs a value')
    expect((await kith(['--help'])).stdout).to.contain('--data DIR')
  })

  it('[CL5] refuses addresses that cannot be used, in words, before it makes anything', async () => {
    const bad = [
      ['--public-url', 'kith.example'],
      ['--public-url', 'https://kith.example/path'],
      ['--public-url', 'javascript:alert(1)'],
      ['--public-url', ''],
      ['--host', 'localhost:8484'],
      ['--host', 'https://user:pass@kith.example'],
      ['--host', 'http://kith.example'],
      ['--host', NO_HOST, '--host', 'nonsense'],
      Array.from({ length: MAX_HOSTS + 1 }, (_, i) => ['--host', `https://h${i}.example`]).flat(),
    ]
    const fresh = join(folder.path, 'never')
    for (const [option, ...rest] of bad) {
      const outcome = await kith(['peer', '--data', fresh, option!, ...rest])
      expect(outcome.code, rest.join(' ')).to.equal(2)
      expect(outcome.stderr.split('\n')[0], rest.join(' ')).to.match(/^--(host|public-url): /)
    }
    expect(existsSync(fresh)).to.equal(false)
  })

  it('[CL7] does its work to the end when nobody reads what it writes', async () => {
    const file = join(folder.path, 'sayings')
    await writeFile(file, Array.from({ length: 200 }, (_, i) => `Saying ${i}`).join('\n%\n'))
    const deaf = join(folder.path, 'deaf')
    await kith(['create', '--data', deaf, 'Ann'])
    expect(await kithUnread(['import', '--data', deaf, file])).to.equal(0)
    expect(await kithUnread(['feed', '--data', deaf, '--json', '--limit', '100'])).to.equal(0)
    expect(JSON.parse((await kith(['feed', '--data', deaf, '--json', '--limit', '100'])).stdout)).to.have.length(100)
  })

  it('makes a person once, posts, and shows the feed as text and JSON', async () => {
    const made = await kith(['create', '--data', data, 'Robin', 'Bot'])
    expect(made.stdout).to.match(/^bafy\w+\n$/)
    expect((await kith(['create', '--data', data, 'Again'])).stderr).to.contain('already')
    const posted = await kith(['post', '--data', data, 'good', 'morning'])
    expect(posted.code).to.equal(0)
    expect((await kith(['feed', '--data', data])).stdout).to.contain('good morning')
    const feed = JSON.parse((await kith(['feed', '--data', data, '--json'])).stdout)
    expect(feed).to.have.length(1)
    expect(feed[0]).to.include({ id: posted.stdout.trim(), text: 'good morning', mine: true })
    expect(feed[0].author.name).to.equal('Robin Bot')
  })

  it('[CL6] says of a link without a host what it lacks, and makes one that opens where it is told', async () => {
    const bare = await kith(['link', '--data', data])
    expect(bare.stdout).to.match(/^bafy\w+\n$/)
    expect(bare.stderr).to.contain('names no host').and.not.to.contain('this machine')
    const named = await kith(['link', '--data', data, '--public-url', 'https://kith.example/'])
    expect(named.stdout).to.match(/^https:\/\/kith\.example\/@bafy/)
    expect(named.stderr).to.equal('')
    expect((await kith(['link', '--data', data, '--public-url', 'http://127.0.0.1:1'])).stderr).to.contain(
      'this machine',
    )
  })

  it('imports a file once, whatever is wrong with parts of it', async () => {
    const file = join(folder.path, 'sayings')
    await writeFile(file, 'one\n%\ntwo\n%\n\n%\none\n')
    const first = await kith(['import', '--data', data, file])
    expect(first.stdout).to.contain('2 new')
    expect(first.stdout).to.contain('1 left out (duplicate)')
    expect((await kith(['import', '--data', data, file])).stdout).to.contain('0 new')
    const none = await kith(['import', '--data', data, join(folder.path, 'missing')])
    expect(none).to.include({ code: 1 })
  })

  it('exports everything, and the words bring it back in an empty folder', async () => {
    const archive = join(folder.path, 'all.car')
    expect((await kith(['export', '--data', data, archive])).code).to.equal(0)
    const words = (await kith(['words', '--data', data])).stdout.trim()
    expect(words.split(' ')).to.have.length(12)
    const other = join(folder.path, 'other')
    const wrong = { KITH_WORDS: `${words.split(' ').slice(0, 11).join(' ')} kith` }
    expect((await kith(['restore', '--data', other, archive], wrong)).stderr).to.contain('Word 12 is not in the list')
    const back = await kith(['restore', '--data', other, archive], { KITH_WORDS: words })
    expect(back.code, back.stderr).to.equal(0)
    const texts = async (folderOf: string) => {
      const feed: { text: string }[] = JSON.parse((await kith(['feed', '--data', folderOf, '--json'])).stdout)
      return feed.map(({ text }) => text)
    }
    expect(await texts(other)).to.deep.equal(await texts(data))
  })
})

describe('kith, over a folder whose keys are gone', () => {
  it('[N42] says so in words, changes nothing, and the words alone bring the person back', async () => {
    const folder = await freshFolder()
    const data = join(folder.path, 'data')
    await kith(['create', '--data', data, 'Robin'])
    await kith(['post', '--data', data, 'good morning'])
    const words = (await kith(['words', '--data', data])).stdout.trim()
    await rm(join(data, 'device-keys.json'))
    for (const args of [
      ['post', '--data', data, 'unsigned'],
      ['create', '--data', data, 'Mallory'],
      ['peer', '--data', data],
    ]) {
      const refused = await kith(args)
      expect(refused.code, refused.stdout).to.equal(1)
      expect(refused.stderr).to.match(/keys of this folder.+are gone.+KITH_WORDS: kith restore/)
    }
    const back = await kith(['restore', '--data', data], { KITH_WORDS: words })
    expect(back.code, back.stderr).to.equal(0)
    expect((await kith(['post', '--data', data, 'with new keys'])).code).to.equal(0)
    const feed: { text: string }[] = JSON.parse((await kith(['feed', '--data', data, '--json'])).stdout)
    expect(feed.map(({ text }) => text)).to.have.members(['good morning', 'with new keys'])
    await folder.remove()
  })
})

describe('kith, beside a running peer', () => {
  let folder: Awaited<ReturnType<typeof freshFolder>>
  let data: string
  before(async () => {
    folder = await freshFolder()
    data = join(folder.path, 'data')
  })
  after(() => folder.remove())

  it('commands run in the peer that holds the folder', async () => {
    const peer = await startPeer(['--data', data, '--host', NO_HOST, '--name', 'Bot'])
    expect(peer.link).to.contain('/@bafy')
    const posted = await kith(['post', '--data', data, 'from outside'])
    expect(posted.code, posted.stderr).to.equal(0)
    const feed = JSON.parse((await kith(['feed', '--data', data, '--json'])).stdout)
    expect(feed[0]).to.include({ text: 'from outside' })
    expect((await kith(['peer', '--data', data, '--host', NO_HOST])).stderr).to.contain('Another process')
    expect(await peer.stop()).to.equal(0)
    expect((await kith(['feed', '--data', data])).stdout).to.contain('from outside')
  })

  it('[CL6] the first link that a peer shows carries its warning; one with an address carries none', async () => {
    const local = await startPeer(['--data', data, '--host', NO_HOST])
    await waitFor('the peer to have said hello', () => local.notes().includes('A peer runs'))
    expect(local.notes()).to.contain('works on this machine only')
    expect((await kith(['link', '--data', data])).stderr).to.contain('works on this machine only')
    await local.stop()
    const named = await startPeer(['--data', data, '--host', NO_HOST, '--public-url', 'https://kith.example'])
    await waitFor('the peer to have said hello', () => named.notes().includes('A peer runs'))
    expect(named.notes()).not.to.contain('works on this machine only')
    expect(named.link).to.match(/^https:\/\/kith\.example\/@/)
    await named.stop()
  })

  it('[H25] a peer on the machine of its host makes links under the address that the host announces', async () => {
    const host = await startHost({ args: ['--public-url', 'https://kith.example'] })
    const peer = await startPeer(['--data', data, '--host', host.url])
    expect(peer.link).to.match(/^https:\/\/kith\.example\/@/)
    expect(peer.link).not.to.contain('localhost')
    await peer.stop()
    await host.close()
  })

  it('a peer that was killed leaves nothing in the way', async () => {
    const peer = await startPeer(['--data', data, '--host', NO_HOST])
    expect((await kith(['post', '--data', data, 'before the kill'])).code).to.equal(0)
    await peer.stop('SIGKILL')
    expect((await kith(['feed', '--data', data])).stdout).to.contain('before the kill')
    const next = await startPeer(['--data', data, '--host', NO_HOST])
    expect(await next.stop()).to.equal(0)
  })
})
