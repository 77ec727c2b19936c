import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CALLER_BURST, CALLER_BYTES_BURST, CALLER_BYTES_PER_SECOND, MAX_CALLERS } from '../../src/host/limits.ts'
import { callerOf, createCallers } from '../../src/host/tunnel/callers.ts'

describe('who a request counts for', () => {
  it('[H52] is the address that it comes from', () => {
    assert.equal(callerOf('192.0.2.7', undefined), '192.0.2.7')
    assert.equal(callerOf('::ffff:192.0.2.7', undefined), '192.0.2.7')
    assert.equal(callerOf(undefined, undefined), '')
  })

  it('[H52] is the whole network of an IPv6 address', () => {
    const one = callerOf('2001:db8:1:2:3:4:5:6', undefined)
    assert.equal(callerOf('2001:DB8:1:2:ffff::1', undefined), one)
    assert.equal(callerOf('2001:db8:1:2::', undefined), one)
    assert.notEqual(callerOf('2001:db8:1:3::1', undefined), one)
    assert.equal(callerOf('2001:db8::1', undefined), callerOf('2001:db8::2', undefined))
    assert.equal(callerOf('fe80::1%eth0', undefined), callerOf('fe80::2', undefined))
  })

  it('[H52] is who a proxy on this machine names last, and nobody whom others name', () => {
    for (const loopback of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
      assert.equal(callerOf(loopback, '198.51.100.1, 192.0.2.7'), '192.0.2.7')
      assert.equal(callerOf(loopback, 'x'.repeat(10_000)), callerOf(loopback, undefined))
      assert.equal(callerOf(loopback, '192.0.2.7, '), callerOf(loopback, undefined))
    }
    assert.equal(callerOf('192.0.2.7', '198.51.100.1'), '192.0.2.7')
  })
})

describe('callers', () => {
  const enterAll = (callers: ReturnType<typeof createCallers>, name: string): number => {
    for (let n = 0; ; n++) {
      const visit = callers.enter(name)
      if (!visit.ok) return n
      visit.value.leave()
    }
  }

  it('[H49] may enter again as time passes, and asking too often does not make the wait longer', () => {
    let now = 0
    const callers = createCallers(() => now)
    assert.equal(enterAll(callers, 'a'), CALLER_BURST)
    for (let n = 0; n < 1000; n++) assert.equal(callers.enter('a').ok, false)
    now += 1000
    assert.ok(callers.enter('a').ok)
  })

  it('[H49] pay off bytes before they enter again', () => {
    let now = 0
    const callers = createCallers(() => now)
    const visit = callers.enter('a')
    assert.ok(visit.ok)
    visit.value.spend(CALLER_BYTES_BURST + 3 * CALLER_BYTES_PER_SECOND)
    visit.value.leave()
    const refused = callers.enter('a')
    assert.ok(!refused.ok && refused.error.retryAfter === 3000)
    assert.ok(callers.enter('b').ok)
    now += 3001
    assert.ok(callers.enter('a').ok)
  })

  it('[H49] are forgotten when there are many, but not while a request of theirs is under way', () => {
    const callers = createCallers(() => 0)
    assert.equal(enterAll(callers, 'idle'), CALLER_BURST)
    const visits = Array.from({ length: 8 }, () => callers.enter('busy'))
    assert.ok(visits.every(({ ok }) => ok))
    for (let n = 0; n <= MAX_CALLERS; n++) {
      const visit = callers.enter(`other ${n}`)
      assert.ok(visit.ok)
      visit.value.leave()
    }
    assert.ok(callers.enter('idle').ok, 'a caller of long ago is still remembered')
    assert.equal(callers.enter('busy').ok, false)
  })
})
