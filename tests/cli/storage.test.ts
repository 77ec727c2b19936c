import { describe, it } from 'node:test'
import { expect } from 'chai'
import { storage } from '../../src/cli/commands/storage.ts'
import type { NodeClient } from '../../src/host/api.ts'
import { emptyEconomy, sampleEconomy } from '../ui/support/sample-data.ts'

const card = (name: string) => ({ id: 'bafyreib', name, fingerprint: 'lusab-babad-gutih' })

const STATEMENTS = [
  { kind: 'receipt', by: card('Bob'), time: 2000, leases: ['ab'.repeat(32)] },
  {
    kind: 'lease',
    by: card('Ann'),
    time: 1000,
    bytes: 8192,
    holder: card('Bob'),
    ends: 9000,
    leases: ['ab'.repeat(32)],
  },
  { kind: 'pledge', by: card('Ann'), slots: 16, leases: [] },
] as const

/** Types `kith storage …` against a node that answers with samples. */
const typed = async (...args: string[]) => {
  const [written, noted, asked]: [string[], string[], unknown[]] = [[], [], []]
  const answers: Record<string, unknown> = { economy: sampleEconomy, statements: STATEMENTS }
  const client = {
    request: async (name: string, input: unknown) => {
      asked.push([name, input])
      const { slots = 0 } = input as { slots?: number }
      const error = { type: 'out-of-range', what: 'slots', least: 0, most: emptyEconomy.mostSlots }
      return slots > emptyEconomy.mostSlots ? { ok: false, error } : { ok: true, value: {} }
    },
    watch: (query: string, input: unknown, onValue: (value: unknown) => void) => {
      asked.push([query, input])
      queueMicrotask(() => onValue(answers[query]))
      return () => {}
    },
  } as unknown as NodeClient
  const output = { write: (line: string) => written.push(line), note: (line: string) => noted.push(line) }
  const code = await storage.run({ client, args, output, hosts: [], folder: '/' } as never)
  return { code, stdout: written.join('\n'), stderr: noted.join('\n'), asked }
}

describe('kith storage', () => {
  it('[CL8] shows what is given and taken, in words and as JSON', async () => {
    const shown = await typed()
    expect(shown.code).to.equal(0)
    expect(shown.stdout).to.contain('given    134217728 bytes, 512 slots (this device 256)')
    expect(shown.stdout).to.contain('needed   93000000 bytes: 31000000 of your own, 3 times')
    expect(JSON.parse((await typed('status', '--json')).stdout)).to.deep.equal(sampleEconomy)
  })

  it('[CL8] shows the newest statements, in words and as JSON', async () => {
    const { stdout, asked } = await typed('statements', '--limit', '3')
    expect(asked).to.deep.equal([['statements', { limit: 3 }]])
    expect(stdout.split('\n')).to.deep.equal([
      '1970-01-01T00:00:02.000Z  Bob has the copy and keeps it  [abababababababab]',
      '1970-01-01T00:00:01.000Z  Ann leaves 8192 bytes with Bob until 1970-01-01T00:00:09.000Z  [abababababababab]',
      'Ann gives 16 slots on one device',
    ])
    expect(JSON.parse((await typed('statements', '--json')).stdout)).to.deep.equal(STATEMENTS)
  })

  it('[CL8] gives so many slots, wants so many copies, and says in words what cannot be', async () => {
    expect((await typed('give', '0')).asked).to.deep.equal([['give-storage', { slots: 0 }]])
    expect((await typed('copies', '5')).asked).to.deep.equal([['save-settings', { copies: 5 }]])
    const refused = await typed('give', '5000')
    expect(refused).to.include({ code: 1, stderr: 'Not so many slots: from 0 to 4096.' })
    for (const wrong of [
      ['give'],
      ['give', 'much'],
      ['give', '-1'],
      ['lend', '5'],
      ['statements', '--limit', 'x'],
      ['status', '5'],
    ]) {
      const { code, asked } = await typed(...wrong)
      expect(code, wrong.join(' ')).to.equal(2)
      expect(asked).to.deep.equal([])
    }
  })
})
