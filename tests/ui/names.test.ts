import { expect } from 'chai'
import { afterEach, describe, it } from '../support/runner.ts'
import { createFakeNode, emptyWorld } from './support/fake-node.ts'
import { allNamed, mountPage, mountWith, named, press, settle, unmount } from './support/mount.ts'
import { ada, stranger } from './support/sample-data.ts'
import '../../src/ui/elements/weather.ts'

describe('names of the main controls', () => {
  afterEach(unmount)

  it('[U1] the first start has a name field, Start, and the way for those who have words', async () => {
    await mountWith(createFakeNode(emptyWorld()), 'kith-welcome-page')
    named('heading', 'Welcome to Kith')
    named('field', 'Your name')
    named('button', 'Start')
    expect(named('link', 'I have recovery words').getAttribute('href')).to.equal('/welcome/words')
  })

  it('[U1] writing has its field, Post and Add picture', async () => {
    for (const path of ['/', '/write']) {
      await mountPage(path)
      named('field', "What's new?")
      named('button', 'Post')
      named('button', 'Add picture')
    }
  })

  it('[U1] a post is an article named by its author, with Reply, React and More', async () => {
    await mountPage('/')
    named('article', 'Ada')
    named('article', 'Mira Falk')
    for (const name of ['Reply', 'React', 'More', 'Copy link', 'Delete']) named('button', name)
  })

  it('[U1] Delete is offered on one’s own posts only', async () => {
    const node = createFakeNode()
    node.update({ posts: node.world.posts.filter(({ mine }) => !mine) })
    await mountPage('/', node)
    expect(allNamed('button', 'Delete')).to.be.empty
  })

  it('[U1] people has my link, my code, and a field to follow by', async () => {
    await mountPage('/people')
    for (const name of ['Copy my link', 'Show my code', 'Follow']) named('button', name)
    named('field', 'Link or code')
  })

  it('[U1] a person can be followed, unfollowed and blocked', async () => {
    await mountPage(`/@${ada.id}`)
    for (const name of ['Following', 'Unfollow', 'Block']) named('button', name)
    await press(named('button', 'Unfollow'))
    await press(named('button', 'Follow'))
    named('button', 'Following')
    await mountPage(`/@${stranger.id}`)
    await press(named('button', 'Block'))
    named('button', 'Unblock')
  })

  it('[U1] notes has New note; a note has Title, Note and says Saved', async () => {
    await mountPage('/notes')
    named('button', 'New note')
    await mountPage('/notes/noteq')
    named('field', 'Title')
    named('field', 'Note')
    named('status', 'Saved')
  })

  it('[U1] you has the profile, ways to keep things, and links to the rest', async () => {
    await mountPage('/you')
    for (const name of ['Your name', 'About you']) named('field', name)
    for (const name of ['Save', 'Recovery words', 'Export everything', 'Import']) named('button', name)
    for (const name of ['Storage', 'Devices', 'Settings']) named('link', name)
  })

  it('[U1] the strip is a status region labelled Connection', async () => {
    await mountWith(createFakeNode(), 'kith-weather')
    await settle()
    expect(named('status', 'Connection').textContent).to.contain('Connected to 2 people · 1 host · 1 thing waiting')
  })
})
