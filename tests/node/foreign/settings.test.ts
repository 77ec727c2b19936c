import { expect } from 'chai'
import { folderOrigin } from '../../../src/core/swarm/block-bases.ts'
import {
  checkPlace,
  encodeSetting,
  MAX_SECRET_LENGTH,
  objectBase,
  readBase,
  readSetting,
  sharesSecret,
} from '../../../src/node-worker/foreign/settings.ts'
import type { ForeignInput, ForeignPlace } from '../../../src/rpc/foreign.ts'
import { describe, it } from '../../support/runner.ts'

const bucket: ForeignInput = {
  kind: 's3',
  endpoint: 'https://s3.example.org',
  bucket: 'mine',
  region: 'eu-north-1',
  accessKey: 'AKEXAMPLE',
  secret: 'secret',
  prefix: 'kith/',
  publicUrl: '',
}
const folder: ForeignInput = {
  ...{ kind: 'http', endpoint: 'https://files.example.org/kith/', bucket: '', region: '' },
  ...{ accessKey: '', secret: 'Bearer 1', prefix: '', publicUrl: '' },
}

const placeOf = (input: ForeignInput): ForeignPlace => {
  const place = checkPlace(input, folderOrigin)
  if (!place.ok) throw new Error(JSON.stringify(place.error))
  return place.value
}
const wrong = (input: ForeignInput): string | undefined => {
  const place = checkPlace(input, folderOrigin)
  return place.ok ? undefined : `${place.error.reason}: ${place.error.detail}`
}

describe('where one’s own storage is', () => {
  it('[FS2] is taken in one spelling', () => {
    const typed = {
      ...bucket,
      endpoint: ' https://S3.example.org/ ',
      region: '',
      prefix: '/kith',
      publicUrl: 'https://x.example',
    }
    expect(placeOf(typed)).to.deep.include({
      ...{ endpoint: 'https://s3.example.org', region: 'us-east-1', prefix: 'kith/' },
      publicUrl: 'https://x.example/',
    })
    expect(placeOf({ ...folder, endpoint: 'https://files.example.org/kith' }).endpoint).to.equal(folder.endpoint)
    expect(placeOf({ ...folder, bucket: 'x', region: 'y', accessKey: 'z' })).to.deep.equal(placeOf(folder))
  })

  it('[FS2] objects are written under one base and read under another, where there is one', () => {
    expect(objectBase(placeOf(bucket))).to.equal('https://s3.example.org/mine/kith/')
    expect(readBase(placeOf(bucket))).to.equal('https://s3.example.org/mine/kith/')
    expect(readBase(placeOf({ ...bucket, publicUrl: 'https://cdn.example.org' }))).to.equal(
      'https://cdn.example.org/kith/',
    )
    expect(objectBase(placeOf(folder))).to.equal('https://files.example.org/kith/')
  })

  it('[FS2] what does not do is refused by the name of its field', () => {
    const cases: readonly (readonly [keyof ForeignPlace, ...string[]])[] = [
      [
        'endpoint',
        '',
        'http://s3.example.org',
        'https://me@s3.example.org',
        'https://s3.example.org/x',
        'https://10.1',
        'x',
      ],
      ['bucket', '', 'ab', 'A'.repeat(5), '-ab', 'a/b', 'a'.repeat(64), '..a'],
      ['region', 'eu north', 'x/y', 'é', 'a'.repeat(65)],
      ['accessKey', '', 'a,b', 'a/b', 'a b', 'a\nb', 'a'.repeat(129)],
      ['prefix', 'a//b', '../x', './', 'a b', '?x', 'a'.repeat(128)],
      ['publicUrl', 'http://x.example', 'https://x.example/?a', 'https://me:you@x.example/', 'x'],
    ]
    for (const [field, ...values] of cases)
      for (const value of values) expect(wrong({ ...bucket, [field]: value }), value).to.equal(`bad-address: ${field}`)
    expect(wrong({ ...folder, endpoint: 'http://files.example.org/' })).to.equal('bad-address: endpoint')
  })

  it('[FS2] a secret is what a header can carry', () => {
    for (const secret of ['a\r\nx-other: 1', 'é', 'x'.repeat(MAX_SECRET_LENGTH + 1)])
      expect(wrong({ ...folder, secret })).to.equal('wrong-key: secret')
  })

  it('[FS1] the secret that is kept is good for that server and that access key only', () => {
    const place = placeOf(bucket)
    expect(sharesSecret(place, placeOf({ ...bucket, bucket: 'other', prefix: '' }))).to.equal(true)
    expect(sharesSecret(place, placeOf({ ...bucket, endpoint: 'https://s3.example.com' }))).to.equal(false)
    expect(sharesSecret(place, placeOf({ ...bucket, accessKey: 'OTHER' }))).to.equal(false)
    expect(sharesSecret(place, placeOf({ ...folder, endpoint: 'https://s3.example.org/' }))).to.equal(false)
  })

  it('[FS2] a stored setting is read by the same rules; of another version or form it is none', () => {
    const setting = { ...placeOf(bucket), isPublic: true, secret: { epoch: 0 } }
    const stored = encodeSetting(setting) as Record<string, unknown>
    expect(readSetting(stored, folderOrigin)).to.deep.equal(setting)
    const { secret, ...without } = stored
    for (const value of [
      ...[undefined, null, 'x', {}, without, { ...stored, version: 2 }, { ...stored, more: 1 }],
      ...[
        { ...stored, isPublic: 1 },
        { ...stored, kind: 'ftp' },
        { ...stored, endpoint: 'http://s3.example.org' },
      ],
      { ...stored, bucket: 7 },
    ])
      expect(readSetting(value, folderOrigin), JSON.stringify(value)).to.equal(undefined)
    expect(secret).to.deep.equal({ epoch: 0 })
  })
})
