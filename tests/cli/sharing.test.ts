/** Notes shared from the command line, and links opened there by somebody else. */
import { after, before, describe, it } from 'node:test'
import { expect } from 'chai'
import { type Host, startHost, waitFor } from '../support/e2e.ts'
import { freshFolder, kith, type RunningPeer, startPeer } from './support/kith.ts'

describe('kith share and kith open', () => {
  let host: Host
  let folder: Awaited<ReturnType<typeof freshFolder>>
  let ann: RunningPeer
  before(async () => {
    host = await startHost()
    folder = await freshFolder()
    ann = await startPeer(['--data', `${folder.path}/ann`, '--host', host.url, '--name', 'Ann'])
  })
  after(async () => {
    await ann.stop()
    await host.stop()
    await folder.remove()
  })

  const owner = (command: string, ...args: string[]) => kith([command, '--data', `${folder.path}/ann`, ...args])
  /** Somebody without a person, in a folder that has nothing. */
  const stranger = (command: string, ...args: string[]) =>
    kith([command, '--data', `${folder.path}/nobody`, '--host', host.url, ...args])
  const lineOf = async (outcome: ReturnType<typeof kith>): Promise<string> => (await outcome).stdout.trim()

  it('[CL9] shares a note, shows it to a stranger, lets it be rewritten, and ends it', async () => {
    const note = await lineOf(owner('note', '--title', 'Soup', 'Leeks', 'and', 'salt'))
    expect(await lineOf(owner('notes'))).to.equal(`${note}  Soup`)
    const link = await lineOf(owner('share', note))
    expect(link).to.match(/^http:\/\/[^#]+\/shared#[a-z2-7]+$/)
    expect((await owner('share', note)).stderr).to.contain('works on this machine only')
    const [writing, seal] = [
      await lineOf(owner('share', note, '--write')),
      await lineOf(owner('share', note, '--verify')),
    ]
    expect(JSON.parse((await owner('shares', '--json')).stdout)).to.have.length(1)

    await waitFor('the note', async () => (await stranger('open', link)).stdout === 'Soup\n\nLeeks and salt\n')
    expect((await stranger('verify', link)).stdout).to.match(/^signed, number \d+ of epoch 0, until 20/)
    expect((await stranger('open', seal)).stdout).to.match(/^signed, /)
    expect(await stranger('rewrite', link, 'mine')).to.include({ code: 1, stdout: '' })

    expect((await stranger('rewrite', writing, '--title', 'Stew', 'Beans')).stderr).to.contain('Shown by 1 ')
    expect((await stranger('open', link)).stdout).to.equal('Stew\n\nBeans\n')
    expect(await lineOf(owner('shares'))).to.equal(`${note}  shared, as somebody with a link to write left it`)

    expect((await owner('unshare', note)).code).to.equal(0)
    expect((await owner('unshare', note)).code).to.equal(1)
    expect(await stranger('open', link)).to.include({ code: 1, stdout: '' })
    expect((await stranger('open', link)).stderr).to.contain('no longer shared')
    expect(await lineOf(owner('shares'))).to.equal(`${note}  ended`)
  })

  it('[CL9] says in words what is no link, damaged, unknown or typed wrongly', async () => {
    expect((await stranger('open', 'hello')).stderr).to.contain('no link to something shared')
    expect((await stranger('open', `${host.url}/shared#abc`)).stderr).to.contain('damaged')
    expect((await owner('share', 'nothing')).code).to.equal(1)
    for (const [command, ...args] of [
      ['share'],
      ['share', 'a', '--write', '--verify'],
      ['open'],
      ['rewrite', 'x'],
      ['note'],
      ['notes', 'x'],
    ] as const) {
      expect((await owner(command, ...args)).code, command).to.equal(2)
    }
  })
})
