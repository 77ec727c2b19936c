import { expect } from 'chai'
import type { Table } from '../../../src/node-worker/stores/store.ts'
import { createTurns, type Mode } from '../../../src/node-worker/stores/turns.ts'
import { describe, it } from '../../support/runner.ts'
import { settle } from '../../support/wait.ts'

/** A queue whose tasks say when they begin, and end when they are told to. */
const createStage = () => {
  const takeTurn = createTurns()
  const begun: string[] = []
  const endings = new Map<string, { readonly resolve: () => void; readonly reject: (error: Error) => void }>()
  const ask = (name: string, mode: Mode, ...tables: Table[]): Promise<void> =>
    takeTurn(mode, tables, () => {
      begun.push(name)
      return new Promise((resolve, reject) => endings.set(name, { resolve, reject }))
    })
  return { ask, begun, end: (name: string) => endings.get(name)!.resolve(), endings }
}

describe('turns of transactions', () => {
  it('[T14] readers of one table run side by side, a writer has its tables to itself', async () => {
    const { ask, begun, end } = createStage()
    void ask('reads', 'r', 'meta', 'logs')
    void ask('reads too', 'r', 'meta')
    void ask('writes', 'rw', 'meta')
    void ask('writes elsewhere', 'rw', 'notes')
    await settle()
    expect(begun).to.deep.equal(['reads', 'reads too', 'writes elsewhere'])
    end('reads')
    await settle()
    expect(begun).to.have.length(3)
    end('reads too')
    await settle()
    expect(begun.at(-1)).to.equal('writes')
  })

  it('[T14] nobody overtakes somebody who waits for the same table', async () => {
    const { ask, begun, end } = createStage()
    void ask('reads', 'r', 'meta')
    void ask('writes', 'rw', 'meta')
    void ask('reads later', 'r', 'meta')
    await settle()
    expect(begun).to.deep.equal(['reads'])
    end('reads')
    await settle()
    expect(begun).to.deep.equal(['reads', 'writes'])
    end('writes')
    await settle()
    expect(begun).to.deep.equal(['reads', 'writes', 'reads later'])
  })

  it('[T14] a task that fails ends its turn, and only its caller learns of it', async () => {
    const { ask, begun, endings } = createStage()
    const failing = ask('fails', 'rw', 'meta')
    void ask('next', 'rw', 'meta')
    await settle()
    endings.get('fails')!.reject(new Error('a full disk'))
    expect(await failing.catch(({ message }) => message)).to.equal('a full disk')
    await settle()
    expect(begun).to.deep.equal(['fails', 'next'])
  })
})
