import { expect } from 'chai'
import { MAX_REMOVED_LOGS } from '../../../src/core/identity/key-event-codec.ts'
import {
  LOG_ID_STEP,
  LOG_KINDS,
  logGeneration,
  logIdOf,
  logKind,
  MAX_LOG_GENERATION,
} from '../../../src/core/logs/log-id.ts'
import { describe, it } from '../../support/runner.ts'

describe('log ids', () => {
  it('[L9] the first generation of a kind has the number of the kind; each further one lies four ids on', () => {
    expect([0, 1, 2, 3].map((kind) => logIdOf(kind, 0))).to.deep.equal([0, 1, 2, 3])
    expect([0, 1, 2, 3].map((kind) => logIdOf(kind, 1))).to.deep.equal([4, 5, 6, 7])
    for (let kind = 0; kind < LOG_KINDS; kind++) {
      for (let generation = 0; generation <= MAX_LOG_GENERATION; generation++) {
        const id = logIdOf(kind, generation)
        expect([logKind(id), logGeneration(id)]).to.deep.equal([kind, generation])
      }
    }
  })

  it('[L9] what lies beyond the last generation is no log', () => {
    const beyond = logIdOf(0, MAX_LOG_GENERATION + 1)
    for (const id of [beyond, beyond + 1, beyond + 3, 0xffff_ffff, Number.MAX_SAFE_INTEGER]) {
      expect(logKind(id), `${id}`).to.equal(undefined)
    }
    expect(logKind(beyond - LOG_ID_STEP)).to.equal(0)
  })

  it('[L9] one removal can name every log that a device may have', () => {
    expect(LOG_KINDS * (MAX_LOG_GENERATION + 1)).to.be.at.most(MAX_REMOVED_LOGS)
  })
})
