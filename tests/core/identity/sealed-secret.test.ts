/** Epochs of the account secret: who opens what. */
import { expect } from 'chai'
import { decodeCbor, encodeCbor } from '../../../src/core/cbor.ts'
import {
  deriveKey,
  type EpochSecrets,
  firstEpoch,
  MAX_EPOCHS,
  nextEpoch,
  privateSlot,
  secretOf,
} from '../../../src/core/identity/account-secret.ts'
import {
  isSealedTo,
  MAX_BOXES,
  MAX_SEALED_SECRET_BYTES,
  openEpoch,
  sealEpoch,
} from '../../../src/core/identity/sealed-secret.ts'
import { MAX_RECORD_BYTES } from '../../../src/core/records/record.ts'
import { countingRandom, testCrypto } from '../../support/ed25519.ts'
import { before, describe, it } from '../../support/runner.ts'
import { incept } from './people.ts'

const recipientOf = (byte: number) => testCrypto.hpkeRecipientFromSeed(new Uint8Array(32).fill(byte))

describe('account secret', () => {
  let person = ''
  let other = ''
  let secrets: EpochSecrets
  before(async () => {
    ;[person, other] = [(await incept(0)).cid, (await incept(1)).cid]
    const random = countingRandom()
    secrets = nextEpoch(nextEpoch(firstEpoch(random), random), random)
  })

  const seal = async (...bytes: number[]) => {
    const recipients = (await Promise.all(bytes.map(recipientOf))).map(({ publicKey }) => publicKey)
    return sealEpoch(secrets, { person, recipients }, testCrypto, countingRandom(7))
  }
  const open = async (sealed: Uint8Array, byte: number, whose = person) => {
    const opened = await openEpoch(sealed, { person: whose, recipient: await recipientOf(byte) }, testCrypto)
    return opened.ok ? opened.value : opened.error.type
  }

  it('[I18] every recipient opens the secret of this epoch and of all earlier ones', async () => {
    const sealed = await seal(1, 2, 3)
    for (const byte of [1, 2, 3]) expect(await open(sealed, byte)).to.deep.equal(secrets)
    expect([0, 1, 2, 3].map((epoch) => secretOf(secrets, epoch)?.[0])).to.deep.equal([0, 32, 64, undefined])
  })

  it('[I18] whoever is not among the recipients any more does not', async () => {
    expect(await open(await seal(2, 3), 1)).to.equal('not-for-us')
  })

  it('[I19] a box is bound to person and epoch', async () => {
    const sealed = await seal(1)
    expect(await open(sealed, 1, other)).to.equal('other-person')
    const decoded = decodeCbor(sealed, MAX_SEALED_SECRET_BYTES)
    const fields = (decoded.ok ? decoded.value : {}) as Record<string, unknown>
    const otherFields = decodeCbor(
      await sealEpoch(secrets, { person: other, recipients: [] }, testCrypto, countingRandom()),
      500,
    )
    const moved = { ...fields, person: ((otherFields.ok ? otherFields.value : {}) as Record<string, unknown>).person }
    expect(await open(encodeCbor(moved), 1, other)).to.equal('not-for-us')
    const later = { ...fields, epoch: 3, earlier: new Uint8Array(3 * 32 + 16) }
    expect(await open(encodeCbor(later), 1)).to.equal('not-for-us')
  })

  it('[I19] exchanged earlier epochs are noticed', async () => {
    const decoded = decodeCbor(await seal(1), MAX_SEALED_SECRET_BYTES)
    const fields = (decoded.ok ? decoded.value : {}) as Record<string, unknown>
    const swapped = { ...fields, earlier: new Uint8Array(2 * 32 + 16) }
    expect(await open(encodeCbor(swapped), 1)).to.equal('malformed')
  })

  it('[R10] whether it has to be sealed anew, person, epoch and recipients say', async () => {
    const sealed = await seal(1, 2)
    const [one, two, three] = (await Promise.all([1, 2, 3].map(recipientOf))).map(({ publicKey }) => publicKey)
    const good = { person, epoch: 2, recipients: [two!, one!] }
    expect(isSealedTo(sealed, good)).to.equal(true)
    expect(isSealedTo(sealed, { ...good, person: other })).to.equal(false)
    expect(isSealedTo(sealed, { ...good, epoch: 3 })).to.equal(false)
    for (const recipients of [[one!], [one!, three!], [one!, two!, three!]]) {
      expect(isSealedTo(sealed, { ...good, recipients })).to.equal(false)
    }
    expect(isSealedTo(new Uint8Array(3), good)).to.equal(false)
  })

  it('the largest sealed secret fits a record', async () => {
    const random = countingRandom()
    let full = firstEpoch(random)
    while (full.epoch + 1 < MAX_EPOCHS) full = nextEpoch(full, random)
    expect(() => nextEpoch(full, random)).to.throw(RangeError)
    const { publicKey } = await recipientOf(1)
    const recipients = Array.from({ length: MAX_BOXES }, () => publicKey)
    const sealed = await sealEpoch(full, { person, recipients }, testCrypto, random)
    expect(sealed.length).to.be.at.most(MAX_SEALED_SECRET_BYTES)
    expect(sealed.length + 700).to.be.at.most(MAX_RECORD_BYTES)
    expect(await open(sealed, 1)).to.deep.equal(full)
  })

  it('[I13] hostile bytes are refused: too large, too many boxes, another version, wrong lengths', async () => {
    const decoded = decodeCbor(await seal(1), MAX_SEALED_SECRET_BYTES)
    const fields = (decoded.ok ? decoded.value : {}) as Record<string, unknown>
    const [box] = fields.boxes as [{ to: Uint8Array; box: Uint8Array }]
    expect(await open(new Uint8Array(MAX_SEALED_SECRET_BYTES + 1), 1)).to.equal('malformed')
    expect(await open(encodeCbor({ ...fields, version: 2 }), 1)).to.equal('unknown-version')
    for (const change of [
      { boxes: Array.from({ length: MAX_BOXES + 1 }, () => box) },
      { boxes: [{ ...box, box: box.box.slice(1) }] },
      { boxes: [{ ...box, more: 1 }] },
      { epoch: MAX_EPOCHS },
      { nonce: new Uint8Array(11) },
      { earlier: new Uint8Array(0) },
      { more: 1 },
    ]) {
      expect(await open(encodeCbor({ ...fields, ...change }), 1), Object.keys(change)[0]!).to.equal('malformed')
    }
    expect(await open(new Uint8Array(0), 1)).to.equal('malformed')
  })

  it('[I18] keys and slots differ by path and by epoch', async () => {
    const { secret, earlier } = secrets
    expect(deriveKey(secret, '/notes')).not.to.deep.equal(deriveKey(secret, '/follows'))
    expect(deriveKey(secret, '/notes')).not.to.deep.equal(deriveKey(earlier[0]!, '/notes'))
    const [a, b] = await Promise.all([privateSlot(secret, '/x', testCrypto), privateSlot(secret, '/y', testCrypto)])
    expect(a.publicKey).not.to.deep.equal(b.publicKey)
    expect((await privateSlot(secret, '/x', testCrypto)).publicKey).to.deep.equal(a.publicKey)
  })
})
