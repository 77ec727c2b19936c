import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CALLER_BURST, CALLER_BYTES_BURST, CALLER_BYTES_PER_SECOND, MAX_CALLERS } from '../../src/host/limits.ts'
import { createCallers } from '../../src/host/tunnel/callers.ts'

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
