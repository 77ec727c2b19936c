import { expect } from 'chai'
import { afterEach, describe, it } from '../support/runner.ts'
import { createFakeNode, emptyWorld, fullWorld } from './support/fake-node.ts'
import {
  allNamed,
  deepAll,
  mountPage,
  mountWith,
  named,
  press,
  settle,
  textOf,
  type,
  unmount,
} from './support/mount.ts'
import { ada, me, sampleWords } from './support/sample-data.ts'
import '../../src/ui/pages/problem-page.ts'
import { SKELETON_DELAY } from '../../src/ui/controllers/live-query.ts'
import { until } from '../support/wait.ts'

const alone = () => createFakeNode({ ...emptyWorld(), session: { state: 'ready', me, wordsKept: true, posts: 0 } })

describe('pages', () => {
  afterEach(unmount)

  it('[U3] the first start makes a person from a name alone', async () => {
    const node = createFakeNode(emptyWorld())
    await mountWith(node, 'kith-welcome-page')
    await press(named('button', 'Start'))
    expect(textOf()).to.contain('A name needs at least one letter')
    expect(node.calls).to.be.empty
    type(named('field', 'Your name'), ' Mira ')
    await press(named('button', 'Start'))
    expect(node.calls).to.deep.equal([{ name: 'create-person', input: { name: 'Mira' } }])
  })

  it('[U3] empty places teach the next step', async () => {
    const expected = {
      '/': 'Your board is empty',
      '/replies': 'No answers yet',
      '/people': 'You follow nobody yet',
      '/notes': 'No notes yet',
      '/post/zzzz': 'This post is not here',
      '/notes/zzzz': 'There is no such note here',
      '/you/jobs/zzzz': 'This piece of work is over',
      '/no/such/page': 'There is nothing here',
    }
    for (const [path, text] of Object.entries(expected)) {
      await mountPage(path, alone())
      expect(textOf(), path).to.contain(text)
    }
  })

  it('[U3] the page of connections says of each session how much was sent again, in exact bytes for machines', async () => {
    await mountPage('/connection', createFakeNode(fullWorld()))
    const said = deepAll(document.body, 'li.session details data.resent') as HTMLDataElement[]
    expect(said.map(({ value, textContent }) => [value, textContent?.trim()])).to.deep.equal([
      ['0', ''],
      ['1200', ', 1.2 kB sent again'],
    ])
  })

  it('[U3] a skeleton shows only after a while', async () => {
    const node = createFakeNode()
    node.failQuery('people', 'silent')
    const begun = performance.now()
    await mountPage('/people', node)
    await until(() => deepAll(document.body, 'kith-skeleton').length, 'a skeleton')
    // Timers are no more exact than that.
    expect(performance.now() - begun).to.be.at.least(SKELETON_DELAY - 5)
  })

  it('[U3] live queries change the page', async () => {
    const node = alone()
    await mountPage('/people', node)
    node.update({ people: fullWorld().people })
    await settle()
    expect(textOf()).to.contain('Jonas Okafor')
  })

  it('[U3] following by link sends what was pasted; a wrong one is said in words', async () => {
    const node = createFakeNode()
    await mountPage('/people', node)
    type(named('field', 'Link or code'), 'hello')
    await press(named('button', 'Follow'))
    expect(textOf()).to.contain('This is not a link or code of a person')
    expect((named('field', 'Link or code') as HTMLInputElement).value).to.equal('hello')
  })

  it('[U3] one’s own link comes with its warning and a code', async () => {
    await mountPage('/people')
    await press(named('button', 'Show my code'))
    await until(() => deepAll(document.body, 'svg[role=img] path').length, 'the code')
    expect(textOf()).to.contain('This link works on this machine only')
  })

  it('[U3] a thread shows the post, its replies, and a place to answer', async () => {
    const node = createFakeNode()
    const post = node.world.posts[0]
    await mountPage(`/post/${post?.id}`, node)
    expect(allNamed('article', 'Ada')).to.have.length(1)
    expect(textOf()).to.contain('I bring bread.')
    type(named('field', 'Your reply'), 'I come, too.')
    await press(named('button', 'Post'))
    expect(node.calls.at(-1)).to.deep.include({
      name: 'publish-post',
      input: { text: 'I come, too.', pictures: [], replyTo: post?.id },
    })
    expect(textOf()).to.contain('I come, too.')
  })

  it('[U3] the words are shown when asked for, three are asked back, then they are gone', async () => {
    const node = createFakeNode()
    await mountPage('/you/words', node)
    expect(textOf()).to.not.contain(sampleWords[0])
    await press(named('button', 'Show my words'))
    expect(deepAll(document.body, 'ol li').map((item) => item.textContent)).to.deep.equal(sampleWords)
    await press(named('button', 'I have written them down'))
    expect(textOf()).to.not.contain('letter')
    const fields = deepAll(document.body, 'input') as HTMLInputElement[]
    expect(fields).to.have.length(3)
    for (const field of fields) type(field, 'zebra')
    await press(named('button', 'Check'))
    expect(textOf()).to.contain('different')
    for (const field of fields) type(field, ` ${sampleWords[Number(field.id.slice(5))]?.toUpperCase()} `)
    await press(named('button', 'Check'))
    expect(textOf()).to.contain('Your words are on paper only now')
  })

  it('[U3] an import shows how far it is, what it added, and what it left out and why', async () => {
    await mountPage('/you/jobs/running')
    expect(textOf()).to.contain('41%')
    await mountPage('/you/jobs/done')
    for (const text of [
      '15,020 items added',
      '201 items left out',
      '180 already here',
      '17 without text',
      '4 too large',
    ])
      expect(textOf()).to.contain(text)
    await mountPage('/you/jobs/failed')
    expect(textOf()).to.contain('Kith cannot read this file')
  })

  it('[U3] a finished export offers the file', async () => {
    await mountPage('/you/jobs/exported')
    const link = named('link', 'Save the file') as HTMLAnchorElement
    expect(link.download).to.match(/^kith-.+\.car$/)
    expect(link.href).to.match(/^blob:/)
  })

  it('[U3] a blocked person’s page shows nothing of theirs', async () => {
    const node = createFakeNode()
    await mountPage(`/@${ada.id}`, node)
    await press(named('button', 'Block'))
    expect(textOf()).to.contain('You blocked Ada')
    expect(allNamed('article', 'Ada')).to.be.empty
  })

  it('[U3] a reaction to one’s own post is one line, with the post it is about', async () => {
    await mountPage('/replies')
    const line = deepAll(document.body, 'kith-notice')[0] as Element
    expect(textOf(line.shadowRoot as ShadowRoot)).to.match(/Jonas Okafor.+❤️.+I bring bread/)
  })

  it('[U3] settings save as they are chosen', async () => {
    const node = createFakeNode()
    await mountPage('/you/settings', node)
    const dark = deepAll(document.body, 'input[type=radio]')[2] as HTMLInputElement
    await press(dark)
    expect(node.calls.at(-1)).to.deep.equal({ name: 'save-settings', input: { theme: 'dark' } })
    type(named('field', 'Address of a host'), 'https://new.example')
    await press(named('button', 'Add host'))
    expect(node.world.settings.hosts).to.deep.equal(['https://kith.example', 'https://new.example'])
    await press(named('button', 'Remove https://kith.example'))
    expect(node.world.settings.hosts).to.deep.equal(['https://new.example'])
  })

  it('[U3] what this browser lacks is said with the versions that have it', async () => {
    await mountWith(createFakeNode(), 'kith-problem-page', { error: { type: 'unsupported', feature: 'ed25519' } })
    expect(textOf()).to.match(/Chrome.+137.+Firefox.+Safari/)
    await mountWith(createFakeNode(), 'kith-problem-page', {
      error: { type: 'unsupported', feature: 'secure-context' },
    })
    expect(textOf()).to.contain('--public-url')
  })

  it('[U3] restoring says how many words are missing before anything is asked', async () => {
    const node = createFakeNode(emptyWorld())
    await mountPage('/welcome/words', node)
    type(named('field', 'Your twelve words'), 'one two three')
    await press(named('button', 'Restore'))
    expect(textOf()).to.contain('It takes all twelve words; here there are 3.')
    expect(node.calls).to.be.empty
  })

  it('[U7] the browser is asked to keep things after the first post, and only where it asks nobody back', async () => {
    let asked = 0
    const storage = {
      persisted: async () => false,
      persist: async () => {
        asked += 1
        return true
      },
    }
    Object.defineProperty(navigator, 'storage', { configurable: true, value: storage })
    try {
      await mountPage('/')
      expect(asked).to.equal(0)
      type(named('field', "What's new?"), 'first')
      await press(named('button', 'Post'))
      expect(asked).to.equal(/Firefox\//.test(navigator.userAgent) ? 0 : 1)
    } finally {
      Reflect.deleteProperty(navigator, 'storage')
    }
  })

  it('[U3] no room: Storage and Connection say what it means and what to do, while it lasts', async () => {
    const node = createFakeNode()
    const full = {
      connection: { ...node.world.connection, full: true },
      storage: { ...node.world.storage, full: true },
    }
    await mountPage('/you/storage', node)
    expect(textOf()).not.to.contain('There is no room left')
    node.update(full)
    await settle()
    expect(textOf()).to.contain('There is no room left')
    expect(textOf()).to.contain('Everything from before is still here')
    expect(textOf()).to.contain('Free some space on this device')
    await mountPage('/connection', node)
    expect(textOf()).to.contain('There is no room left')
    expect(named('link', 'See what takes up the room').getAttribute('href')).to.equal('/you/storage')
  })

  it('[U3] an old copy that went on: Connection and Devices say what it means and what to do', async () => {
    const node = createFakeNode()
    const devices = node.world.devices.map((device) => (device.here ? { ...device, forked: Date.now() } : device))
    await mountPage('/you/devices', node)
    expect(textOf()).not.to.contain('An old copy')
    node.update({ devices, connection: { ...node.world.connection, forked: true } })
    await settle()
    expect(textOf()).to.contain('An old copy of this device went on writing')
    expect(textOf()).to.contain('post again what matters')
    expect(textOf()).to.contain('Never run two copies of one device')
    await mountPage('/connection', node)
    expect(textOf()).to.contain('An old copy of this device went on writing')
    expect(named('link', 'See your devices').getAttribute('href')).to.equal('/you/devices')
  })
})
