import { expect } from 'chai'
import type { CopyDetails } from '../../src/rpc/views.ts'
import '../../src/ui/elements/copies.ts'
import { afterEach, describe, it } from '../support/runner.ts'
import { until } from '../support/wait.ts'
import { createFakeNode } from './support/fake-node.ts'
import { deepAll, mountWith, named, press, settle, textOf, unmount } from './support/mount.ts'
import { ada, HOUR, jonas, me, sampleCopies } from './support/sample-data.ts'

/** A row of dots over a node that knows these details. */
const mountDots = async (details: CopyDetails, more: object = {}) => {
  const node = createFakeNode()
  const asked: unknown[] = []
  let tell: (value: CopyDetails) => void = () => undefined
  let watching = 0
  const { watch } = node
  const watched: typeof watch = (query, input, onValue, onError) => {
    if (query !== 'copies') return watch(query, input, onValue, onError)
    asked.push(input)
    watching += 1
    tell = (value) => onValue(value as never)
    queueMicrotask(() => tell(details))
    return () => {
      watching -= 1
    }
  }
  Object.assign(node, { watch: watched })
  const properties = { copies: details.copies, of: { entry: 'one' }, ...more }
  await mountWith(node, 'kith-copies', properties)
  return { node, asked, tell: (value: CopyDetails) => tell(value), watching: () => watching }
}

const open = async (): Promise<string> => {
  const [button] = deepAll(document.body, 'button.dots')
  await press(button as HTMLElement)
  return until(() => textOf(deepAll(document.body, '.about')[0]), 'the words')
}

const nobody: CopyDetails = { copies: { live: 0, wanted: 2, always: 0 }, holders: [], more: 0, everything: 3, most: 64 }

describe('dots', () => {
  afterEach(unmount)

  it('[U14] the node is asked only while somebody looks', async () => {
    const { asked, watching } = await mountDots(sampleCopies({ live: 1, wanted: 2, always: 1 }))
    expect(asked).to.deep.equal([])
    await open()
    expect(asked).to.deep.equal([{ entry: 'one' }])
    const [about] = deepAll(document.body, '.about') as HTMLElement[]
    about!.hidePopover()
    await until(() => watching() === 0, 'the end of the query')
  })

  it('[U14] each holder is named with a link, its kind, since when, and when it last said so', async () => {
    await mountDots(sampleCopies({ live: 2, wanted: 2, always: 1 }))
    const words = await open()
    expect(words).to.match(/Jonas Okafor always on · connected now since .+ last confirmed/)
    expect(words).to.match(/Ada since .+ last confirmed/)
    expect((named('link', 'Ada') as HTMLAnchorElement).getAttribute('href')).to.equal(`/@${ada.id}`)
    expect(deepAll(document.body, '.holders i').map(({ className }) => className)).to.deep.equal(['always', 'live'])
    expect(deepAll(document.body, '.about a.button')).to.be.empty
  })

  it('[U14] what is on no other device says so, with the one next step', async () => {
    await mountDots(nobody)
    named('button', 'Kept here, waiting for people')
    expect(await open()).to.contain('Not saved anywhere else yet. Invite someone or leave this tab open.')
    expect((named('link', 'Invite someone') as HTMLAnchorElement).getAttribute('href')).to.equal('/people')
  })

  it('[U14] what nobody confirmed for a day is told apart from what nobody has', async () => {
    const holder = { ...sampleCopies({ live: 1, wanted: 2, always: 0 }).holders[0]!, live: false, connected: false }
    await mountDots({ ...nobody, holders: [{ ...holder, confirmed: Date.now() - 30 * HOUR }] })
    const words = await open()
    expect(words).to.contain('Nobody has confirmed a copy for a day.')
    expect(words).to.contain('Does not count until it is confirmed again.')
    expect(deepAll(document.body, '.holders i')[0]!.className).to.equal('wanted')
  })

  it('[U14] a note goes to own devices and keepers, and its dots do not send anybody to invite people', async () => {
    await mountDots(nobody, { of: { note: 'noteq' } })
    named('button', 'Kept here, waiting for somebody to keep a copy')
    expect(await open()).to.contain('Notes go, sealed, to your own devices')
    expect((named('link', 'Choose a keeper') as HTMLAnchorElement).getAttribute('href')).to.equal('/you/storage')
  })

  it('[U14] an own device is called so, and more holders than are named are counted', async () => {
    const holder = { ...sampleCopies({ live: 1, wanted: 2, always: 0 }).holders[0]!, person: me, own: true }
    await mountDots({ ...nobody, copies: { live: 9, wanted: 2, always: 0 }, holders: [holder], more: 8 })
    const words = await open()
    expect(words).to.match(/Mira Falk your own device/)
    expect(words).to.contain('and 8 more')
  })

  it('[U14] pictures share the dots of their post, and it says that they follow', async () => {
    await mountDots(sampleCopies({ live: 1, wanted: 2, always: 0 }), { pictures: 1 })
    expect(await open()).to.contain('The picture follows after the words')
  })

  it('[U14] of other people’s things it says that a copy is kept here, and asks nothing', async () => {
    const { asked } = await mountDots({ ...nobody, copies: { live: 1, wanted: 1, always: 0 } }, { of: undefined })
    named('button', 'You keep a copy of this')
    expect(await open()).to.contain('Who else keeps one is counted on the devices of whoever wrote it.')
    expect(asked).to.deep.equal([])
  })

  it('[U13] [U14] it comes along when the window changes, as when a phone is turned, until it is closed', async () => {
    await mountDots(nobody)
    await open()
    const about = deepAll(document.body, '.about')[0] as HTMLElement
    const { left } = about.style
    about.style.left = '5000px'
    window.dispatchEvent(new Event('resize'))
    expect(about.style.left).to.equal(left)
    about.hidePopover()
    await settle()
    about.style.left = '5000px'
    window.dispatchEvent(new Event('resize'))
    expect(about.style.left).to.equal('5000px')
  })

  it('[U14] what changes while it is open is shown', async () => {
    const { tell } = await mountDots(nobody)
    await open()
    tell(sampleCopies({ live: 1, wanted: 2, always: 0 }))
    await settle()
    expect(textOf(deepAll(document.body, '.about')[0])).to.contain(jonas.name)
  })
  it('[U14] [Q40] says whether this one would survive a wipe, in words for each outcome', async () => {
    const { tell } = await mountDots({ ...nobody, safety: { survives: true, people: 2 } }, { pictures: 1 })
    const words = await open()
    expect(words).to.contain('Would survive a wipe now: 2 other people keep it, pictures too, as promised.')
    expect(words).not.to.contain('The picture follows')
    tell({ ...nobody, safety: { survives: false, people: 0, because: 'silent' } })
    await settle()
    const now = textOf(deepAll(document.body, '.about')[0])
    expect(now).to.contain('Would not survive a wipe now: whoever keeps it was not seen for days.')
  })

  it('[U14] [Q40] how many copies of one are wanted is chosen there, and a refusal is said and taken back', async () => {
    const requests: unknown[] = []
    const { node } = await mountDots({ ...nobody, chosen: 5 })
    let isRefused = false
    Object.assign(node, {
      request: async (name: string, input: unknown) => {
        requests.push([name, input])
        const error = { type: 'out-of-range', what: 'copies', least: 1, most: 64 }
        return isRefused ? { ok: false, error } : { ok: true, value: {} }
      },
    })
    await open()
    const select = await until(() => deepAll(document.body, 'select')[0] as HTMLSelectElement | undefined, 'the choice')
    expect(select.value).to.equal('5')
    expect([...select.options].map(({ text }) => text)[0]).to.equal('As many as of everything (3)')
    const choose = async (value: string) => {
      select.value = value
      select.dispatchEvent(new Event('change'))
      await settle()
    }
    await choose('1')
    await choose('')
    const item = { entry: 'one' }
    expect(requests).to.deep.equal([
      ['choose-copies', { item, copies: 1 }],
      ['choose-copies', { item, copies: null }],
    ])
    isRefused = true
    await choose('2')
    expect(select.value).to.equal('5')
    expect(textOf(deepAll(document.body, '.about')[0])).to.contain('That many copies cannot be wanted')
  })

  it('[U14] [Q40] where no copy is wanted a dot is left to tap on', async () => {
    await mountDots({ ...nobody, copies: { live: 0, wanted: 0, always: 0 }, chosen: 1 })
    named('button', 'Kept here only, as you chose')
    expect(await open()).to.contain('Copies wanted of this')
  })
})
