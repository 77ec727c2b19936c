/** The code still makes, and still reads, the bytes that are published in docs/vectors/capabilities.json. */
import { expect } from 'chai'
import { hexToBytes } from '../../../src/core/bytes.ts'
import { parseCapabilityLink } from '../../../src/core/capabilities/capability-link.ts'
import { decodeSharedNote, decodeSharedValue, joinNote } from '../../../src/core/capabilities/shared-note.ts'
import { openSlot, verifySlot } from '../../../src/core/capabilities/slot-record.ts'
import { testCrypto } from '../../support/ed25519.ts'
import { describe, it } from '../../support/runner.ts'
import { loadPublishedVector } from '../../support/vectors.ts'
import { makeCapabilityVectors } from './make-vectors.ts'

type Vector = Awaited<ReturnType<typeof makeCapabilityVectors>>

describe('published vectors of capabilities', () => {
  it('capabilities.json is what the code makes', async () => {
    expect(await makeCapabilityVectors()).to.deep.equal(await loadPublishedVector('capabilities'))
  })

  it('[CP5] [CP8] with the read link alone both notes are opened', async () => {
    const { links, notes } = (await loadPublishedVector('capabilities')) as Vector
    const link = parseCapabilityLink(links.find(({ kind }) => kind === 'read')!.link)
    if (!link.ok || link.value.capability.kind !== 'read') throw new Error('no read link')
    const { capability } = link.value
    for (const { note, record, blocks } of Object.values(notes)) {
      const terms = { key: capability.key, verifier: testCrypto, now: note.updated }
      const verified = await verifySlot(hexToBytes(record), terms)
      if (!verified.ok) throw new Error(verified.error.type)
      const opened = await openSlot(verified.value.record, capability, testCrypto)
      const value = opened.ok ? decodeSharedValue(opened.value) : undefined
      if (!value?.ok) throw new Error('does not open')
      const joined = await joinNote(blocks.map(hexToBytes), capability, testCrypto)
      const bytes = value.value.kind === 'inline' ? value.value.note : joined.ok && joined.value
      expect(bytes && decodeSharedNote(bytes)).to.deep.equal({ ok: true, value: note })
    }
  })
})
