import { expect } from 'chai'
import { MAX_ALT_LENGTH } from '../../src/rpc/limits.ts'
import { t } from '../../src/ui/messages/index.ts'
import { afterEach, describe, it } from '../support/runner.ts'
import { until } from '../support/wait.ts'
import { createFakeNode, emptyWorld } from './support/fake-node.ts'
import { allNamed, deepAll, mountPage, named, press, settle, textOf, type, unmount } from './support/mount.ts'

const field = (): HTMLTextAreaElement => named('field', "What's new?") as HTMLTextAreaElement

/** Chooses a picture as a file dialog would. */
const choosePicture = async (): Promise<void> => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 30, height: 20 })
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve))
  const chosen = new DataTransfer()
  chosen.items.add(new File([blob as Blob], 'a.png', { type: 'image/png' }))
  const input = deepAll(document.body, 'kith-composer')[0]?.shadowRoot?.querySelector<HTMLInputElement>('[type=file]')
  if (input) input.files = chosen.files
  input?.dispatchEvent(new Event('change'))
}

describe('writing', () => {
  afterEach(unmount)

  it('[U7] a post is in the feed at once and the field is empty', async () => {
    const node = createFakeNode(emptyWorld())
    await mountPage('/', node)
    type(field(), 'Hello, board.')
    await press(named('button', 'Post'))
    expect(node.calls).to.deep.equal([{ name: 'publish-post', input: { text: 'Hello, board.', pictures: [] } }])
    expect(field().value).to.equal('')
    expect(textOf()).to.contain('Hello, board.')
    expect(sessionStorage.length).to.equal(0)
  })

  it('[U7] a failure gives the words back and says what happened', async () => {
    const node = createFakeNode(emptyWorld())
    node.fail('publish-post', { type: 'storage-full' })
    await mountPage('/', node)
    type(field(), 'Precious words.')
    await press(named('button', 'Post'))
    expect(field().value).to.equal('Precious words.')
    expect(textOf()).to.contain('The storage of this browser is full')
    node.fail('publish-post', undefined)
    await press(named('button', 'Post'))
    expect(node.world.posts[0]?.text).to.equal('Precious words.')
  })

  it('[U7] a draft outlives the page', async () => {
    await mountPage('/', createFakeNode(emptyWorld()))
    type(field(), 'Half a thought')
    await settle()
    const kept = sessionStorage.getItem('kith-draft:post')
    await mountPage('/write', createFakeNode(emptyWorld()))
    expect(kept).to.equal('Half a thought')
  })

  it('[U7] a post that fails while the next is being written waits with its words', async () => {
    const node = createFakeNode(emptyWorld())
    node.fail('publish-post', { type: 'storage-full' })
    await mountPage('/', node)
    type(field(), 'First.')
    named('button', 'Post').click()
    type(field(), 'Second.')
    await until(() => textOf().includes('Not posted'), 'the failed post')
    expect(field().value).to.equal('Second.')
    node.fail('publish-post', undefined)
    await press(named('button', 'Try again'))
    expect(node.world.posts[0]?.text).to.equal('First.')
    expect(textOf()).to.not.contain('Not posted')
  })

  it('[U7] a description can be as long as its readers take it, and comes back with a post that failed', async () => {
    const node = createFakeNode(emptyWorld())
    node.fail('publish-post', { type: 'storage-full' })
    await mountPage('/', node)
    await choosePicture()
    const description = (): HTMLInputElement => named('field', t.write.alt(1)) as HTMLInputElement
    await until(() => allNamed('field', t.write.alt(1)).length > 0, 'the picture')
    expect(description().maxLength).to.equal(MAX_ALT_LENGTH)
    type(description(), 'a duck')
    await press(named('button', 'Post'))
    await until(() => allNamed('field', t.write.alt(1)).length > 0, 'the picture to come back')
    expect(description().value).to.equal('a duck')
  })

  it('[U7] a post waits for the picture that was just chosen, and goes out once', async () => {
    const node = createFakeNode(emptyWorld())
    await mountPage('/', node)
    await choosePicture()
    named('button', 'Post').click()
    named('button', 'Post').click()
    await until(() => node.calls.some(({ name }) => name === 'publish-post'), 'the post')
    await settle()
    const posts = node.calls.flatMap((call) => (call.name === 'publish-post' ? [call.input] : []))
    expect(posts.map(({ pictures }) => pictures.map(({ width, height }) => [width, height]))).to.deep.equal([
      [[30, 20]],
    ])
  })

  it('[U7] nothing at all is not posted', async () => {
    const node = createFakeNode(emptyWorld())
    await mountPage('/', node)
    type(field(), '   ')
    await press(named('button', 'Post'))
    expect(node.calls).to.be.empty
    expect(textOf()).to.contain('There is nothing in this post yet')
  })
})
