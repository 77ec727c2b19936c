import { after, before, describe, it } from 'node:test'
import { expect } from 'chai'
import { storage } from '../../src/cli/commands/storage.ts'
import type { JobView, NodeClient } from '../../src/host/api.ts'
import { emptyEconomy, sampleEconomy, sampleJobs } from '../ui/support/sample-data.ts'

const card = (name: string) => ({ id: 'bafyreib', name, fingerprint: 'lusab-babad-gutih' })

const OUTCOME = sampleJobs.drill!

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
const typed = (...args: string[]) => typedDuring(OUTCOME, ...args)

/** The same, while a job stands as it is given. */
const typedDuring = async (job: JobView, ...words: string[]) => typedBy(new AbortController().signal, job, ...words)

/** The same, by somebody who goes when `signal` ends. */
const typedBy = async (signal: AbortSignal, job: JobView, ...words: string[]) => {
  const [written, noted, asked]: [string[], string[], unknown[]] = [[], [], []]
  const answers: Record<string, unknown> = { economy: sampleEconomy, statements: STATEMENTS, job }
  const client = {
    request: async (name: string, input: unknown) => {
      asked.push([name, input])
      if (name === 'drill') return { ok: true, value: { job: job.id } }
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
  const args = (await storage.prepare?.(words)) ?? words
  const code = await storage.run({ client, args, output, hosts: [], folder: '/', signal } as never)
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
    const item = { entry: 'bisp' }
    expect((await typed('copies', '5', '--of', 'bisp')).asked).to.deep.equal([['choose-copies', { item, copies: 5 }]])
    expect((await typed('copies', 'default', '--of', 'bisp')).asked).to.deep.equal([
      ['choose-copies', { item, copies: null }],
    ])
    const refused = await typed('give', '5000')
    expect(refused).to.include({ code: 1, stderr: 'Not so many slots: from 0 to 4096.' })
    for (const wrong of [
      ['give'],
      ['give', 'much'],
      ['give', '-1'],
      ['lend', '5'],
      ['statements', '--limit', 'x'],
      ['status', '5'],
      ['copies', '--of', 'bisp'],
      ['copies', 'many', '--of', 'bisp'],
      ['give', '5', '--of', 'bisp'],
    ]) {
      const { code, asked } = await typed(...wrong)
      expect(code, wrong.join(' ')).to.equal(2)
      expect(asked).to.deep.equal([])
    }
  })

  describe('drill', () => {
    const words = 'zoo '.repeat(12).trim()
    before(() => {
      process.env.KITH_WORDS = words
    })
    after(() => {
      delete process.env.KITH_WORDS
    })

    it('[CL8] [RC19] hands on the words of the environment, says no and names what is missing', async () => {
      const { code, stdout, asked } = await typed('drill')
      expect(asked).to.deep.equal([
        ['drill', { words, hosts: [] }],
        ['job', { job: 'drill' }],
      ])
      expect(code).to.equal(1)
      expect(stdout.split('\n')).to.deep.equal([
        'no       22 things did not come back',
        'took     42.0 seconds',
        'same     60 entries and 10 blocks, 3400000 bytes',
        'missing  picture "Bread on Sunday", 262144 bytes',
        'missing  note, 700 bytes',
        'missing  settings, 120 bytes',
        'missing  19 more',
      ])
      expect(JSON.parse((await typed('drill', '--json')).stdout)).to.deep.equal(OUTCOME.drill)
    })

    it('[CL8] ends with 0 when everything came back, and says why it could not be tried', async () => {
      const whole = { ...OUTCOME, drill: { ...OUTCOME.drill!, survives: true, lost: 0, missing: [] } }
      const yes = await typedDuring(whole, 'drill')
      expect(yes).to.include({ code: 0 })
      expect(yes.stdout).to.contain('yes      everything came back')
      const { drill: _, ...rest } = OUTCOME
      const failed = { ...rest, state: 'failed', error: { type: 'person-not-found', asked: 1, answered: 0 } } as const
      const refused = await typedDuring(failed, 'drill')
      expect(refused).to.include({ code: 1, stdout: '' })
      expect(refused.stderr).to.contain('No host answers')
    })

    it('[CL8] stops when whoever typed it has gone', async () => {
      const { drill: _, ...rest } = OUTCOME
      const stopped = { ...rest, state: 'failed', error: { type: 'aborted' } } as const
      const { code, asked } = await typedBy(AbortSignal.abort(), stopped, 'drill')
      expect(code).to.equal(1)
      expect(asked).to.deep.include(['stop-drill', {}])
    })
  })

  it('[CL8] a drill without words is typed wrongly', async () => {
    expect((await typed('drill')).code).to.equal(2)
  })
})
