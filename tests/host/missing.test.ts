import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'node:test'
import { skipWithout } from '../support/missing.ts'

describe('a tool that is missing', () => {
  const before = process.env.KITH_REQUIRE_ALL
  afterEach(() => {
    if (before === undefined) delete process.env.KITH_REQUIRE_ALL
    else process.env.KITH_REQUIRE_ALL = before
  })

  it('makes a test skip, and fail where everything is required', () => {
    const skipped: string[] = []
    const context = { skip: (reason: string) => void skipped.push(reason) }
    delete process.env.KITH_REQUIRE_ALL
    skipWithout(context, 'no openssl')
    assert.deepEqual(skipped, ['no openssl'])
    process.env.KITH_REQUIRE_ALL = '1'
    assert.throws(() => skipWithout(context, 'no openssl'), /required: no openssl/)
    assert.deepEqual(skipped, ['no openssl'])
  })
})
