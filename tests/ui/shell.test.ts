import { expect } from 'chai'
import { err, ok } from '../../src/core/result.ts'
import type { KithError } from '../../src/rpc/errors.ts'
import type { ConnectionView } from '../../src/rpc/views.ts'
import '../../src/ui/shell/app.ts'
import { navigate } from '../../src/ui/shell/router.ts'
import { matchPath } from '../../src/ui/shell/routes.ts'
import { applyLastTheme, applyTheme } from '../../src/ui/shell/theme.ts'
import { afterEach, beforeEach, describe, it } from '../support/runner.ts'
import { until } from '../support/wait.ts'
import { createFakeNode, emptyWorld, fullWorld } from './support/fake-node.ts'
import { allNamed, deepAll, mount, named, nameOf, press, settle, textOf, type, unmount } from './support/mount.ts'
import { ada, sampleWords, stranger } from './support/sample-data.ts'

// The runner knows its page by its address, so each test gives it back.
const address = location.href

const openApp = async (path: string, node = createFakeNode()) => {
  history.replaceState(null, '', path)
  const app = Object.assign(document.createElement('kith-app'), { connect: async () => ok(node) })
  await mount(app)
  await until(() => deepAll(document.body, 'h1').length, 'a page')
  await settle()
  return app
}

const tabbable = (): HTMLElement[] =>
  (deepAll(document.body, 'a[href], button, input, textarea, summary') as HTMLElement[]).filter(
    (element) =>
      element.tabIndex >= 0 && element.checkVisibility({ contentVisibilityAuto: false, visibilityProperty: true }),
  )

const deepActive = (): Element | null => {
  let active = document.activeElement
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement
  return active
}

describe('shell', () => {
  beforeEach(() => void history.replaceState(null, '', '/'))
  afterEach(() => {
    unmount()
    delete document.documentElement.dataset.theme
    history.replaceState(null, '', address)
  })

  it('[U11] links lead to pages without loading a document, and back again', async () => {
    await openApp('/')
    await press(named('link', 'People'))
    await until(() => location.pathname === '/people' && allNamed('heading', 'People').length, 'the people page')
    expect(document.title).to.equal('People · Kith')
    history.back()
    await until(() => location.pathname === '/' && allNamed('field', "What's new?").length, 'home again')
  })

  it('[U11] every address has a page', () => {
    for (const path of ['/', '/people', `/@${ada.id}`, '/post/abc', '/notes/abc', '/you/settings', '/follow'])
      expect(matchPath(path).tag).to.not.equal('kith-lost-page')
    for (const path of ['/nope', '/@', '/post/', '/you/nothing', '/@<script>'])
      expect(matchPath(path).tag).to.equal('kith-lost-page')
  })

  it('[U11] without a person every address welcomes, and then leads where it should', async () => {
    const node = createFakeNode({ ...fullWorld(), session: { state: 'none' } })
    await openApp(`/@${ada.id}`, node)
    named('heading', 'Welcome to Kith')
    expect(textOf()).to.contain('Somebody sent you their link')
    type(named('field', 'Your name'), 'Mira')
    await press(named('button', 'Start'))
    await until(() => allNamed('heading', 'Ada').length, 'the person of the link')
  })

  it('[U11] what keeps Kith from running is a page of its own', async () => {
    const error: KithError = { type: 'newer-version' }
    const app = Object.assign(document.createElement('kith-app'), { connect: async () => err(error) })
    await mount(app)
    await until(() => textOf().includes('saved by a newer Kith'), 'the problem')
  })

  it('[U15] whose keys are lost is told so at every address, with the way to the words', async () => {
    const node = createFakeNode({ ...fullWorld(), session: { state: 'keys-lost', me: ada } })
    await openApp('/people', node)
    expect(textOf()).to.contain('The keys of this browser are gone')
    await press(named('link', 'I have recovery words'))
    await until(() => location.pathname === '/welcome/words' && allNamed('heading', 'Welcome back').length, 'the words')
    expect(textOf()).to.contain('Your twelve words make new keys for this browser.')
    type(named('field', 'Your twelve words'), sampleWords.join(' '))
    await press(named('button', 'Restore'))
    expect(node.calls.at(-1)).to.deep.equal({ name: 'restore', input: { words: sampleWords.join(' ') } })
  })

  it('[U11] the reminder is there until the words are kept', async () => {
    const node = createFakeNode()
    await openApp('/', node)
    expect(deepAll(document.body, 'kith-reminder')).to.have.length(1)
    const { session } = node.world
    if (session.state === 'ready') node.update({ session: { ...session, wordsKept: true } })
    await settle()
    expect(deepAll(document.body, 'kith-reminder')).to.be.empty
  })

  it('[U11] the theme that is set is the theme of the document', async () => {
    const node = createFakeNode()
    await openApp('/', node)
    node.update({ settings: { theme: 'dark', hosts: [], copies: 3 } })
    await settle()
    expect(document.documentElement.dataset.theme).to.equal('dark')
  })

  it('[U12] everything can be reached and named by keyboard', async () => {
    for (const path of ['/', '/people', '/you', '/notes', '/you/settings']) {
      await openApp(path)
      const stops = tabbable()
      expect(stops.length, path).to.be.above(5)
      for (const stop of stops) {
        expect(stop.tabIndex, stop.outerHTML).to.equal(0)
        expect(nameOf(stop), stop.outerHTML).to.not.equal('')
        stop.focus()
        expect(deepActive(), stop.outerHTML).to.equal(stop)
      }
    }
  })

  it('[U12] the first stop skips to the content; a new page has the focus on its heading', async () => {
    await openApp('/')
    expect(nameOf(tabbable()[0] as Element)).to.equal('Skip to content')
    tabbable()[0]?.click()
    expect(deepActive()?.id).to.equal('main')
    navigate('/people')
    await until(() => deepActive()?.tagName === 'H1', 'the focus on the heading')
  })

  it('[U12] a menu opens, closes with what it does, and a dialog asks before deleting', async () => {
    const node = createFakeNode()
    await openApp('/', node)
    const remove = named('button', 'Delete')
    expect(remove.checkVisibility()).to.equal(false)
    const menu = remove.closest('[popover]') as HTMLElement
    ;((menu.getRootNode() as ShadowRoot).querySelector('[popovertarget=menu]') as HTMLElement).click()
    expect(menu.matches(':popover-open')).to.equal(true)
    await press(remove)
    expect(menu.matches(':popover-open')).to.equal(false)
    const dialog = await until(() => deepAll(document.body, 'dialog[open]')[0], 'the question')
    const yes = deepAll(dialog, 'button').find((button) => nameOf(button) === 'Delete') as HTMLElement
    await press(yes)
    await until(() => node.calls.some(({ name }) => name === 'delete-entry'), 'the deletion')
  })

  it('[U12] Reply from a feed opens a composer with the words answered', async () => {
    const node = createFakeNode({ ...fullWorld() })
    await openApp('/', node)
    await press(named('button', 'Reply'))
    const dialog = await until(() => deepAll(document.body, 'dialog[open]')[0], 'the composer')
    expect(dialog.textContent).to.contain('The table is finished')
    expect(nameOf(dialog)).to.equal('In reply to Ada')
  })

  it('[U3] the strip tells looking for people from having found no host', async () => {
    const node = createFakeNode()
    await openApp('/', node)
    const host = { url: 'https://kith.example' }
    const alone = { ...node.world.connection, online: false, people: 0, sessions: [], waiting: 0 }
    const strip = async (connection: ConnectionView): Promise<string> => {
      node.update({ connection })
      await settle()
      return textOf(named('status', 'Connection').querySelector('span') as Element)
    }
    expect(await strip({ ...alone, hosts: [{ ...host, state: 'connecting' }] })).to.equal('Looking for people')
    expect(await strip({ ...alone, hosts: [{ ...host, state: 'waiting' }] })).to.equal('Offline: no host answers')
    expect(await strip({ ...alone, hosts: [] })).to.equal('Offline')
  })

  it('[U16] private changes that only own devices take wait for nobody: the page says where they are', async () => {
    const node = createFakeNode()
    await openApp('/connection', node)
    const told = async (waiting: number, onlyHere: number): Promise<readonly [string, string]> => {
      node.update({ connection: { ...node.world.connection, waiting, onlyHere } })
      await settle()
      const strip = textOf(named('status', 'Connection').querySelector('span') as Element)
      return [strip, textOf()]
    }
    const [calm, page] = await told(0, 3)
    expect(calm).to.equal('Connected to 2 people · 1 host')
    expect(page).to.contain('Everything public of yours is on other devices, too.')
    expect(page).to.contain('3 private changes are only here')
    expect(named('link', 'ways to keep what is yours').getAttribute('href')).to.equal('/you/storage')
    const [busy, waits] = await told(1, 0)
    expect(busy).to.equal('Connected to 2 people · 1 host · 1 thing waiting')
    expect(waits).to.contain('1 thing waiting for somebody').and.not.contain('private')
    expect((await told(0, 0))[1]).to.contain('Everything of yours is on other devices, too.')
  })

  it('[U3] the strip says when there is no room, and never that something arrives then', async () => {
    const node = createFakeNode()
    await openApp('/', node)
    const calm = { ...node.world.connection, waiting: 0, arriving: 12 }
    const strip = async (connection: ConnectionView): Promise<string> => {
      node.update({ connection })
      await settle()
      return textOf(named('status', 'Connection').querySelector('span') as Element)
    }
    expect(await strip(calm)).to.equal('Connected to 2 people · 1 host · 12 items arriving')
    expect(await strip({ ...calm, full: true })).to.equal(
      'Storage is full · Connected to 2 people · 1 host · 12 items waiting for room',
    )
    expect(await strip({ ...calm, arriving: 0, forked: true })).to.equal(
      'An old copy of this device went on · Connected to 2 people · 1 host',
    )
  })

  it('[U12] what had the focus and goes away gives it on', async () => {
    const node = createFakeNode()
    await openApp(`/@${stranger.id}`, node)
    named('button', 'Follow').focus()
    await press(named('button', 'Follow'))
    await until(() => deepActive() === allNamed('button', 'Following')[0], 'the focus on Following')
    await openApp('/', node)
    const more = named('button', 'More')
    const remove = named('button', 'Delete')
    more.click()
    await press(remove)
    const dialog = await until(() => deepAll(document.body, 'dialog[open]')[0], 'the question')
    await press(deepAll(dialog, 'button').find((button) => nameOf(button) === 'Cancel') as HTMLElement)
    await until(() => nameOf(deepActive() as Element) === 'More', 'the focus back on More')
  })

  it('[U3] the last theme is there before the node answers', async () => {
    applyTheme('dark')
    delete document.documentElement.dataset.theme
    applyLastTheme()
    expect(document.documentElement.dataset.theme).to.equal('dark')
    applyTheme('system')
    expect(localStorage.getItem('kith-theme')).to.equal('system')
  })

  it('[U11] a mistyped person is a wrong address, not a stranger', () => {
    expect(matchPath(`/@${ada.id}`).tag).to.equal('kith-person-page')
    for (const wrong of [
      ada.id.slice(1),
      `${ada.id}a`,
      ada.id.replace('bafyrei', 'bafybei'),
      `${ada.id.slice(0, -1)}b`,
    ])
      expect(matchPath(`/@${wrong}`).tag, wrong).to.equal('kith-lost-page')
  })

  it('[U12] a world without people says so kindly', async () => {
    await openApp('/', createFakeNode({ ...emptyWorld(), session: fullWorld().session }))
    expect(named('status', 'Connection').textContent).to.contain('Looking for people')
  })
})
