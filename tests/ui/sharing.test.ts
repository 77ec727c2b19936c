/** Sharing a note by link, and the page that shows what such a link leads to. */
import { expect } from 'chai'
import { afterEach, describe, it } from '../support/runner.ts'
import { until } from '../support/wait.ts'
import { createFakeNode } from './support/fake-node.ts'
import { allNamed, deepAll, mountPage, named, press, settle, textOf, unmount } from './support/mount.ts'

const NOTE = 'noteq'
const LIVE = { id: 'share', note: NOTE, rewritten: false, tooLong: false } as const

describe('sharing by link', () => {
  afterEach(() => {
    unmount()
    history.replaceState(null, '', location.pathname + location.search)
  })

  it('[U20] one press shares a note and shows the link; stopping asks first and says what it means', async () => {
    const node = createFakeNode()
    await mountPage(`/notes/${NOTE}`, node)
    await press(named('button', 'Share by link'))
    await until(() => allNamed('field', 'Link to this note').length > 0, 'the link')
    expect((named('field', 'Link to this note') as HTMLInputElement).value).to.contain('/shared#share')
    expect(allNamed('button', 'Share by link')).to.be.empty
    named('button', 'Copy link')
    expect(textOf()).to.contain('Anyone with this link can read')
    await press(named('button', 'Stop sharing'))
    expect(textOf()).to.contain('What somebody has read or copied already stays with them.')
    await press(named('button', 'Cancel'))
    expect(node.calls.some(({ name }) => name === 'unshare')).to.equal(false)
    await press(named('button', 'Stop sharing'))
    const [, agree] = allNamed('button', 'Stop sharing')
    await press(agree!)
    await until(() => allNamed('button', 'Share by link').length > 0, 'the offer to share again')
    expect(node.calls.at(-1)).to.deep.equal({ name: 'unshare', input: { share: 'share' } })
    expect(textOf()).to.contain('says that this is no longer shared')
  })

  it('[U20] says when the note is too long, when somebody else wrote, and why a link ended', async () => {
    const node = createFakeNode()
    node.update({ shares: [{ ...LIVE, tooLong: true, rewritten: true }] })
    await mountPage(`/notes/${NOTE}`, node)
    expect(textOf()).to.contain('too long for a link').and.to.contain('Somebody with a link to write')
    node.update({ shares: [{ ...LIVE, ended: 'device-removed' }] })
    await settle()
    expect(textOf()).to.contain('because you removed a device')
    named('button', 'Share by link')
  })

  it('[U20] what somebody else wrote is put into the note by one press', async () => {
    const node = createFakeNode()
    node.update({ shares: [{ ...LIVE, rewritten: true }] })
    await mountPage(`/notes/${NOTE}`, node)
    await press(named('button', 'Put it into the note'))
    await until(() => (named('field', 'Title') as HTMLInputElement).value === 'Soup for nine', 'the title')
    expect((named('field', 'Note') as HTMLTextAreaElement).value).to.contain('Leeks, potatoes')
    await until(() => node.calls.some(({ name }) => name === 'update-note'), 'it to be saved')
    node.fail('read-share', { type: 'share-unreadable', reason: 'damaged' })
    await press(named('button', 'Put it into the note'))
    expect(textOf()).to.contain('What this link shows is damaged')
  })

  it('[U20] without a host it says so, and has the link once there is one', async () => {
    const node = createFakeNode()
    node.fail('share-link', { type: 'no-host' })
    node.update({ shares: [LIVE] })
    await mountPage(`/notes/${NOTE}`, node)
    await until(() => textOf().includes('You are on no host'), 'the failure')
    expect(allNamed('field', 'Link to this note')).to.be.empty
    node.fail('share-link', undefined)
    node.update({ shares: [{ ...LIVE }] })
    await until(() => allNamed('field', 'Link to this note').length > 0, 'the link')
  })

  it('[U21] a link shows title and text as they are; nothing in them becomes a part of the page', async () => {
    const node = createFakeNode()
    const text = '<b>bold</b>\n<script>document.title = "ran"</script>'
    node.update({ shared: { kind: 'note', title: '<i>Title</i>', text, updated: Date.now() } })
    history.replaceState(null, '', '#link')
    await mountPage('/shared', node)
    await until(() => textOf().includes('<b>bold</b>'), 'the text')
    named('heading', '<i>Title</i>')
    expect(deepAll(document.body, 'article b, article i, article script')).to.be.empty
    expect(node.calls.at(-1)).to.deep.equal({ name: 'open-shared', input: { link: location.href } })
  })

  it('[U21] a failure is said in words and can be tried again; another link in the window is opened', async () => {
    const node = createFakeNode()
    node.fail('open-shared', { type: 'share-not-found', asked: 2, answered: 1 })
    history.replaceState(null, '', '#one')
    await mountPage('/shared', node)
    await until(() => textOf().includes('Nobody who is online now'), 'the failure')
    node.fail('open-shared', undefined)
    await press(named('button', 'Look again'))
    await until(() => textOf().includes('Leeks'), 'the note')
    node.fail('open-shared', { type: 'bad-share-link', reason: 'damaged' })
    location.hash = 'two'
    await until(() => textOf().includes('This link is damaged'), 'the other link')
    expect(textOf()).to.not.contain('Leeks')
    expect(node.calls.at(-1)).to.deep.include({ input: { link: location.href } })
  })

  it('[U21] a link that only verifies says that it is there', async () => {
    const node = createFakeNode()
    node.update({ shared: { kind: 'sealed', epoch: 0, seq: 1, expires: Date.now(), places: 1 } })
    await mountPage('/shared', node)
    await until(() => textOf().includes('rightly signed'), 'what it says')
  })
})
