import { expect } from 'chai'
import { utf8Encode } from '../../../src/core/bytes.ts'
import { failureOf } from '../../../src/node-worker/foreign/answers.ts'
import { describe, it } from '../../support/runner.ts'

const answer = (status: number, text = '', date?: string) => ({
  status,
  header: (name: string) => (name === 'date' ? date : undefined),
  body: utf8Encode(text),
  isOpenToPages: true,
})
const NOW = Date.parse('2026-11-26T10:00:00Z')
const s3 = (status: number, code: string, more = '') =>
  failureOf(answer(status, `<?xml version="1.0"?><Error><Code>${code}</Code>${more}</Error>`), 's3', NOW)

describe('what a server’s answer means', () => {
  it('[FS6] S3’s own codes say it, whatever the status', () => {
    for (const [code, reason] of [
      ['SignatureDoesNotMatch', 'wrong-key'],
      ['InvalidAccessKeyId', 'wrong-key'],
      ['NoSuchBucket', 'no-bucket'],
      ['AccessDenied', 'refused'],
      ['QuotaExceeded', 'full'],
      ['SlowDown', 'busy'],
      ['RequestTimeTooSkewed', 'clock-skewed'],
    ] as const)
      expect(s3(403, code).reason, code).to.equal(reason)
    expect(s3(301, 'PermanentRedirect', '<Region>eu-north-1</Region>')).to.deep.include({
      reason: 'wrong-region',
      detail: 'eu-north-1',
    })
  })

  it('[FS6] without one the status does', () => {
    for (const [status, reason] of [
      [401, 'wrong-key'],
      [404, 'no-bucket'],
      [413, 'full'],
      [507, 'full'],
      [429, 'busy'],
      [500, 'busy'],
      [503, 'busy'],
      [501, 'unexpected'],
      [418, 'unexpected'],
    ] as const)
      expect(failureOf(answer(status, '<html>'), 's3', NOW).reason, String(status)).to.equal(reason)
    expect(failureOf(answer(403), 'http', NOW).reason).to.equal('wrong-key')
    expect(failureOf(answer(403), 's3', NOW).reason).to.equal('refused')
  })

  it('[FS5] by how much the clock is off is in the answer or its head, and never beyond belief', () => {
    const said = (time: string) => s3(403, 'RequestTimeTooSkewed', `<ServerTime>${time}</ServerTime>`).seconds
    expect(said('2026-11-26T09:00:00Z')).to.equal(3_600)
    expect(said('2056-11-26T10:00:00Z')).to.be.lessThan(-900_000_000)
    for (const time of ['+275760-09-13T00:00:00Z', 'soon', '']) expect(said(time), time).to.equal(undefined)
    const skewed = answer(403, '<Code>RequestExpired</Code>', 'Thu, 26 Nov 2026 10:00:10 GMT')
    expect(failureOf(skewed, 's3', NOW).seconds).to.equal(-10)
  })

  it('[FS11] only the beginning of an answer is looked at, and of a code so many characters', () => {
    expect(s3(403, 'x'.repeat(201))).to.deep.include({ reason: 'refused', detail: '403' })
    expect(failureOf(answer(400, `${' '.repeat(9_000)}<Code>SlowDown</Code>`), 's3', NOW).reason).to.equal('unexpected')
  })
})
