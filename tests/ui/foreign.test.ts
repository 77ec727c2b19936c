import { expect } from 'chai'
import { afterEach, describe, it } from '../support/runner.ts'
import { createFakeNode, emptyWorld } from './support/fake-node.ts'
import { mountPage, named, press, settle, textOf, type, unmount } from './support/mount.ts'
import { me } from './support/sample-data.ts'

const alone = () => createFakeNode({ ...emptyWorld(), session: { state: 'ready', me, wordsKept: true, posts: 0 } })

const entered = {
  kind: 's3',
  endpoint: 'https://s3.example.org',
  bucket: 'mine',
  region: '',
  accessKey: 'AKEXAMPLE',
  secret: 'a secret',
  prefix: '',
  publicUrl: '',
}

const enter = (): void => {
  type(named('field', 'Server address'), entered.endpoint)
  type(named('field', 'Bucket'), entered.bucket)
  type(named('field', 'Access key'), entered.accessKey)
  type(named('field', 'Secret key'), entered.secret)
}

describe('one’s own storage, on the page about storage', () => {
  afterEach(unmount)

  it('[U3] [FS3] is entered, tested and used', async () => {
    const node = alone()
    await mountPage('/you/storage', node)
    await press(named('button', 'Use your own storage'))
    enter()
    await press(named('button', 'Test the connection'))
    expect(textOf()).to.contain('It works.')
    await press(named('button', 'Use this storage'))
    expect(node.calls).to.deep.equal([
      { name: 'test-foreign-storage', input: entered },
      { name: 'save-foreign-storage', input: { storage: entered } },
    ])
    named('button', 'Use your own storage')
  })

  it('[U3] a failed test says why, until something else is entered', async () => {
    const node = alone()
    node.fail('test-foreign-storage', { type: 'foreign-storage', reason: 'clock-skewed', seconds: 10_800 })
    await mountPage('/you/storage', node)
    await press(named('button', 'Use your own storage'))
    enter()
    await press(named('button', 'Test the connection'))
    expect(textOf()).to.contain('The clock of this device is 3 hours fast')
    type(named('field', 'Bucket'), 'another')
    await settle()
    expect(textOf()).not.to.contain('3 hours fast')
  })

  it('[U3] a web server needs an address only', async () => {
    const node = alone()
    await mountPage('/you/storage', node)
    await press(named('button', 'Use your own storage'))
    named('field', 'A web server that takes files (PUT)').click()
    await settle()
    type(named('field', 'Server address'), 'https://files.example.org/kith/')
    await press(named('button', 'Use this storage'))
    expect(node.calls).to.deep.equal([
      {
        name: 'save-foreign-storage',
        input: {
          storage: {
            ...entered,
            kind: 'http',
            endpoint: 'https://files.example.org/kith/',
            bucket: '',
            accessKey: '',
            secret: '',
          },
        },
      },
    ])
  })

  it('[U12] what is there is told, and stopping asks first', async () => {
    const node = createFakeNode()
    await mountPage('/you/storage', node)
    expect(textOf()).to.contain('41 pieces there')
    expect(textOf()).to.contain('3 pieces waiting')
    expect(textOf()).to.contain('Your storage asks us to come back later')
    await press(named('button', 'Stop using it'))
    expect(node.calls).to.be.empty
    await press(named('button', 'Cancel'))
    expect(node.calls).to.be.empty
    await press(named('button', 'Stop using it'))
    const dialog = document.querySelector('kith-confirm')?.shadowRoot
    await press(dialog?.querySelector('.danger') as HTMLElement)
    expect(node.calls).to.deep.equal([{ name: 'save-foreign-storage', input: { storage: null } }])
  })

  it('[FS1] a change shows what is used, never its secret', async () => {
    await mountPage('/you/storage', createFakeNode())
    await press(named('button', 'Change'))
    expect((named('field', 'Bucket') as HTMLInputElement).value).to.equal('pictures-of-mine')
    expect((named('field', 'Secret key') as HTMLInputElement).value).to.equal('')
  })
})
