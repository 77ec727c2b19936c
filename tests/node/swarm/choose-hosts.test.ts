import { expect } from 'chai'
import fc from 'fast-check'
import { MAX_LINK_HOSTS } from '../../../src/core/identity/person-link.ts'
import { chooseHosts, MAX_OTHER_HOSTS, MAX_OWN_HOSTS } from '../../../src/node-worker/swarm/choose-hosts.ts'
import { createHostRota, ROTA_MAX_MS } from '../../../src/node-worker/swarm/host-rota.ts'
import { describe, it } from '../../support/runner.ts'
import { createFakeTimers } from '../hosts/fake-host.ts'

const named = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `https://${name}${i}.example`)
const isNone = (): boolean => false
const choose = (choice: Partial<Parameters<typeof chooseHosts>[0]>) =>
  chooseHosts({ own: [], people: [], isConnected: isNone, isFailing: isNone, ...choice })

describe('which hosts to be on', () => {
  it('[H26] one host of everybody comes before a second of anybody', () => {
    const people = [named('greedy', 8), named('ann', 1), named('bob', 2), named('cy', 1)]
    expect(choose({ own: ['https://own.example'], people })).to.deep.equal([
      'https://own.example',
      'https://greedy0.example',
      'https://ann0.example',
      'https://bob0.example',
      'https://cy0.example',
      'https://greedy1.example',
      'https://bob1.example',
      'https://greedy2.example',
      'https://greedy3.example',
    ])
  })

  it('[H26] who is found on a host that is chosen already takes no other place', () => {
    const people = [...named('x', 7).map((host) => ['https://shared.example', host]), named('ann', 1), named('bob', 1)]
    const chosen = choose({ people })
    expect(chosen.slice(0, 3)).to.have.members([
      'https://shared.example',
      'https://ann0.example',
      'https://bob0.example',
    ])
  })

  it('[H26] hosts that fail come after all that do not, and what is connected is kept before anything is tried', () => {
    const dead = named('dead', 8)
    const isFailing = (host: string) => dead.includes(host)
    const people = [dead, ...named('ann', 12).map((host) => [host])]
    expect(choose({ people, isFailing })).to.deep.equal(named('ann', 8))
    const isConnected = (host: string) => host === 'https://ann11.example'
    expect(choose({ people, isFailing, isConnected })[0]).to.equal('https://ann11.example')
    expect(choose({ people: [dead], isFailing })).to.deep.equal(dead)
  })

  it('[H26] own hosts are always there, nothing is chosen twice, and no number of hosts goes over the limits', () => {
    const host = fc.integer({ min: 0, max: 40 }).map((n) => `https://h${n}.example`)
    const list = (maxLength: number) => fc.array(host, { maxLength })
    fc.assert(
      fc.property(list(12), fc.array(list(12), { maxLength: 12 }), list(20), list(20), (own, people, failing, live) => {
        const chosen = choose({
          own: [...new Set(own)],
          people,
          isFailing: (url) => failing.includes(url),
          isConnected: (url) => live.includes(url),
        })
        const firstOwn = [...new Set(own)].slice(0, MAX_OWN_HOSTS)
        expect(chosen.slice(0, firstOwn.length)).to.deep.equal(firstOwn)
        expect(new Set(chosen).size).to.equal(chosen.length)
        expect(chosen.length).to.be.at.most(firstOwn.length + MAX_OTHER_HOSTS)
        for (const hosts of people) {
          const usable = hosts.slice(0, MAX_LINK_HOSTS).filter((url) => !failing.includes(url))
          if (usable.length > 0 && people.length <= MAX_OTHER_HOSTS)
            expect(usable.some((url) => chosen.includes(url))).to.equal(true)
        }
      }),
    )
  })

  it('[H26] what a link names beyond the limit is not looked at, whatever of the rest fails', () => {
    const hosts = Array.from({ length: MAX_LINK_HOSTS + 1 }, (_, n) => `https://h${n}.example`)
    const isFailing = (url: string) => url !== hosts[0] && url !== hosts.at(-1)
    const chosen = choose({ people: [hosts], isFailing, isConnected: (url) => url === hosts.at(-1) })
    expect(chosen[0]).to.equal(hosts[0])
    expect(chosen).to.not.include(hosts.at(-1))
  })
})

/** A rota over hosts of which only `alive` answer, a second after they were dialled. */
const createScene = (people: readonly (readonly string[])[], alive: (host: string) => boolean) => {
  const timers = createFakeTimers()
  const dialled: string[] = []
  let urls: readonly string[] = []
  const rota = createHostRota({
    platform: { timers, clock: { now: timers.now }, random: { bytes: () => Uint8Array.of(255) } },
    hosts: {
      setUrls(next) {
        const before = urls
        urls = next
        for (const host of before.filter((url) => !next.includes(url))) rota.onState(host, { state: 'closed' })
        for (const host of next.filter((url) => !before.includes(url))) dial(host)
      },
    },
    own: () => ['https://own.example'],
    people: () => people,
  })
  const dial = (host: string): void => {
    dialled.push(host)
    timers.setTimeout(() => {
      if (!urls.includes(host)) return
      if (alive(host)) rota.onState(host, { state: 'connected', publicUrl: host, ice: [] })
      else {
        rota.onState(host, { state: 'waiting', retryAt: timers.now() + 15_000, reason: 'unreachable' })
        timers.setTimeout(() => urls.includes(host) && dial(host), 15_000)
      }
    }, 1_000)
  }
  return { rota, timers, dialled, urls: () => urls }
}

describe('hosts that do not answer', () => {
  const isAlive = (host: string): boolean => /own|ann|bob/.test(host)

  it('[H26] links that name nothing but dead hosts keep nobody out', () => {
    const dead = Array.from({ length: 10 }, (_, i) => named(`dead${i}-`, 8))
    const { rota, timers, urls } = createScene([...dead, named('ann', 1), named('bob', 1)], isAlive)
    rota.update()
    expect(urls()).to.not.include('https://ann0.example')
    timers.advance(120_000)
    expect(urls()).to.include.members(['https://own.example', 'https://ann0.example', 'https://bob0.example'])
    // And stay, however long the dead ones are tried again.
    const lost: number[] = []
    for (let minute = 0; minute < 120; minute++) {
      timers.advance(60_000)
      if (!urls().includes('https://ann0.example') || !urls().includes('https://bob0.example')) lost.push(minute)
    }
    expect(lost).to.deep.equal([])
    rota.close()
  })

  it('[H26] a host that failed gets another turn, and keeps its place once it is back', () => {
    let isBack = false
    const people = [['https://ann0.example'], ...named('dead', 9).map((host) => [host])]
    const { rota, timers, dialled, urls } = createScene(people, (host) => host.includes('ann') && isBack)
    rota.update()
    timers.advance(6 * ROTA_MAX_MS)
    const tries = dialled.filter((host) => host.includes('ann')).length
    expect(tries).to.be.above(2)
    isBack = true
    timers.advance(2 * ROTA_MAX_MS)
    expect(urls()).to.include('https://ann0.example')
    rota.close()
  })

  it('[H26] addresses that may not be dialled take no place', () => {
    const { rota, urls } = createScene(
      [named('x', 8).map((url) => url.replace('https', 'http')), named('ann', 1)],
      isAlive,
    )
    rota.update()
    expect(urls()).to.deep.equal(['https://own.example', 'https://ann0.example'])
    rota.close()
  })
})
