import { expect } from 'chai'
import type { NoteSummary } from '../../../src/rpc/views.ts'
import { afterEach, describe, it } from '../../support/runner.ts'
import { until } from '../../support/wait.ts'
import type { TabWindow } from './tab.worker.ts'
import { electedSite, openFrame, openTab, type Site, sharedSite, type Tab, watchUntil } from './tabs.ts'

let runs = 0
const freshName = (): string => `tabs-${Date.now()}-${++runs}`

const open: Tab[] = []
const tabsOf = async (site: Site, count: number): Promise<Tab[]> => {
  const tabs: Tab[] = []
  for (let i = 0; i < count; i++) tabs.push(await openTab(site))
  open.push(...tabs)
  return tabs
}
afterEach(() => {
  for (const tab of open.splice(0)) tab.kill()
})

const epochOf = async (tab: Tab): Promise<string> => (await watchUntil<NoteSummary[]>(tab.client, () => true))[0]!.id

const countOf = async (tab: Tab): Promise<string> => {
  const made = await tab.client.request('create-note', {})
  return made.ok ? made.value.note : made.error.type
}

describe('tabs and their one node', () => {
  it('[T1] five tabs reach one node in a SharedWorker', async () => {
    const tabs = await tabsOf(sharedSite(freshName()), 5)
    const epochs = await Promise.all(tabs.map(epochOf))
    expect(new Set(epochs).size).to.equal(1)
    expect(await countOf(tabs[0]!)).to.equal('1')
    expect(await countOf(tabs[4]!)).to.equal('2')
  })

  it('[T2] five tabs reach one node in the worker of an elected tab', async () => {
    const tabs = await tabsOf(electedSite(freshName()), 5)
    const epochs = await Promise.all(tabs.map(epochOf))
    expect(new Set(epochs).size).to.equal(1)
    expect(await countOf(tabs[1]!)).to.equal('1')
    expect(await countOf(tabs[4]!)).to.equal('2')
  })

  it('[T3] a query in one tab sees what another tab did', async () => {
    const [one, two] = await tabsOf(electedSite(freshName()), 2)
    const seen = watchUntil<NoteSummary[]>(two!.client, ([note]) => note?.title === '1')
    await countOf(one!)
    expect((await seen)[0]!.title).to.equal('1')
  })

  it('[T4] when the elected tab dies another takes over and queries go on', async () => {
    const [leader, follower] = await tabsOf(electedSite(freshName()), 2)
    const before = await epochOf(follower!)
    const moved = watchUntil<NoteSummary[]>(follower!.client, ([note]) => note?.id !== before)
    leader!.kill()
    expect(Number((await moved)[0]!.id)).to.equal(Number(before) + 1)
    expect(await countOf(follower!)).to.equal('1')
  })

  it('[T5] a request whose node died after its effect is sent again and has no second effect', async () => {
    const [leader, follower] = await tabsOf(electedSite(freshName()), 2)
    // `delete-note` has its effect at once, and is answered by whoever is asked again.
    const slow = follower!.client.request('delete-note', { note: 'x' })
    await watchUntil<NoteSummary[]>(follower!.client, ([note]) => note?.title === '1')
    leader!.kill()
    expect(await slow).to.deep.equal({ ok: true, value: { note: '1' } })
    expect(await countOf(follower!)).to.equal('2')
  })

  it('[T6] the death of a tab ends its queries at the node', async () => {
    const [one, two] = await tabsOf(sharedSite(freshName()), 2)
    two!.client.watch('notes', {}, () => undefined)
    const subscriptions = (): Promise<number> =>
      new Promise((resolve) => {
        const end = one!.client.watch('people', {}, (count) => {
          resolve(count as unknown as number)
          queueMicrotask(() => end())
        })
      })
    await until(async () => (await subscriptions()) === 1, 'the query of the other tab')
    two!.kill()
    await until(async () => (await subscriptions()) === 0, 'its end')
  })

  it('[T7] the lead is taken from a tab that holds it and does not answer', async ({ skip }) => {
    if (document.visibilityState !== 'visible') skip('this browser hides test pages, and hidden tabs never take over')
    let release = (): void => undefined
    const deposed = navigator.locks
      .request('kith-node', () => new Promise<void>((resolve) => (release = resolve)))
      .then(
        () => 'released',
        (error: Error) => error.name,
      )
    const [tab] = await tabsOf(electedSite(freshName()), 1)
    expect(await countOf(tab!)).to.equal('1')
    release()
    expect(await deposed).to.equal('AbortError')
  })

  it('[T13] where no worker can pass ports one tab runs Kith, the next says so, and goes on when the first is gone', async () => {
    const site = { ...electedSite(freshName()), without: 'any worker to share' }
    const [first] = await tabsOf(site, 1)
    expect(await countOf(first!)).to.equal('1')
    const second = await openFrame(site)
    const window = second.contentWindow as TabWindow
    expect(await window.kithTab).to.deep.equal({ ok: false, error: { type: 'other-tab' } })
    first!.kill()
    await window.kithBack
    second.remove()
  })

  it('[T8] a caller that gives up is answered at once', async () => {
    const [tab] = await tabsOf(sharedSite(freshName()), 1)
    const giveUp = new AbortController()
    const slow = tab!.client.request('delete-note', { note: 'x' }, { signal: giveUp.signal })
    giveUp.abort()
    expect(await slow).to.deep.equal({ ok: false, error: { type: 'aborted' } })
  })
})
