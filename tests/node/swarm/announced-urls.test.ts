import { expect } from 'chai'
import { ANNOUNCE_WAIT, createAnnouncedUrls } from '../../../src/node-worker/swarm/announced-urls.ts'
import { describe, it } from '../../support/runner.ts'
import { createFakeTimers } from '../hosts/fake-host.ts'

const HOST = 'http://localhost:8484'
const PUBLIC = 'https://kith.example'

/** What a promise has become by now. */
const now = (promise: Promise<unknown>): Promise<unknown> =>
  Promise.race([promise, new Promise((resolve) => setTimeout(() => resolve('waits'), 5))])

describe('what hosts say their address is', () => {
  it('[H25] is waited for until the host has answered, and remembered when it is gone', async () => {
    const urls = createAnnouncedUrls(createFakeTimers())
    const asked = urls.of(HOST)
    urls.heard(HOST, { state: 'connecting' })
    expect(await now(asked)).to.equal('waits')
    urls.heard(HOST, { state: 'connected', publicUrl: PUBLIC, ice: [] })
    expect(await now(asked)).to.equal(PUBLIC)
    urls.heard(HOST, { state: 'waiting', retryAt: 1, reason: 'unreachable' })
    expect(await now(urls.of(HOST))).to.equal(PUBLIC)
    urls.forget(HOST)
    expect(await now(urls.of(HOST))).to.equal('waits')
  })

  it('[H25] is not waited for when the host cannot be reached, is let go, or takes too long', async () => {
    const timers = createFakeTimers()
    const urls = createAnnouncedUrls(timers)
    const unreached = urls.of(HOST)
    urls.heard(HOST, { state: 'waiting', retryAt: 1, reason: 'unreachable' })
    expect(await now(unreached)).to.equal(undefined)
    const [slow, gone] = [urls.of('https://slow.example'), urls.of('https://gone.example')]
    urls.forget('https://gone.example')
    expect(await now(gone)).to.equal(undefined)
    timers.advance(ANNOUNCE_WAIT - 1)
    expect(await now(slow)).to.equal('waits')
    timers.advance(1)
    expect(await now(slow)).to.equal(undefined)
  })
})
