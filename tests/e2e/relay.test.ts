/** What a host relays tells it nothing, and what it forges changes nothing. */
import { readFile } from 'node:fs/promises'
import { join as joinPath } from 'node:path'
import { expect } from 'chai'
import { readCar } from '../../src/core/blocks/car.ts'
import { type Block, cidToBytes, cidToString, rawCid } from '../../src/core/blocks/cid.ts'
import { decodeKeyEvent } from '../../src/core/identity/key-event-codec.ts'
import { decodeSegment } from '../../src/core/logs/segment-codec.ts'
import { decodeHostFrame } from '../../src/core/swarm/host-frames.ts'
import { CIRCUIT_HEADER_BYTES } from '../../src/core/swarm/host-limits.ts'
import { type Host, requireEngines, startHost, waitFor } from '../support/e2e.ts'
import { after, before, describe, it } from '../support/runner.ts'
import { exported } from './support/archive.ts'
import { withBrowsers } from './support/browsers.ts'
import { startPeer } from './support/peer.ts'
import { ARRIVES_MS, follow, go, join, linkOf, post, sees } from './support/person.ts'
import { picture } from './support/picture.ts'
import { startWireTap, type WireTap } from './support/wire-tap.ts'

const MARK = 'a very peculiar sentence about walruses'
const NOTE = 'walrus note that nobody else may read'
/** Version, codec, hash and length of a CIDv1 with SHA-256. */
const CID_PREFIX_BYTES = 4
/** Messages of a circuit to one side after which it carries the session, or is closed. */
const SETTLED_MESSAGES = 6
/** Each post is at least one message. */
const MAX_STRIKE_POSTS = 20
const LONG = { timeout: 600_000 }

/** Names under which bytes could be recognised: their CID's digest, and the CID as text. */
const namesOf = (block: Block): Buffer[] => [
  Buffer.from(cidToBytes(block.cid)).subarray(CID_PREFIX_BYTES),
  Buffer.from(cidToString(block.cid)),
]

/** Payloads of a segment: their bytes, hashes and names. */
const payloadsOf = (bytes: Uint8Array): Buffer[] => {
  const segment = decodeSegment(bytes)
  if (!segment.ok) return []
  const { entries, payloads } = segment.value
  return [
    ...entries.map(({ payloadHash }) => Buffer.from(payloadHash)),
    ...payloads.flatMap((payload) =>
      payload ? [Buffer.from(payload), ...namesOf({ cid: rawCid(payload), bytes: payload })] : [],
    ),
  ]
}

/** What must not be seen of an archive's content. Key events are public: every log-in shows them to the host. */
const secretsOf = async (archive: Uint8Array): Promise<Buffer[]> => {
  const car = await readCar(
    (async function* () {
      yield archive
    })(),
  )
  if (!car.ok) throw new Error('the archive is not readable')
  const secrets: Buffer[] = []
  for await (const block of car.value.blocks) {
    if (!block.ok) throw new Error('a block of the archive is not readable')
    if (!decodeKeyEvent(block.value.bytes).ok) secrets.push(...namesOf(block.value), ...payloadsOf(block.value.bytes))
  }
  return secrets
}

/**
 * Changes the body of one message to a browser, on a circuit that is past its handshake and the agreement on it: what
 * is hit is what the session says.
 */
const strikeSession = (tap: WireTap, damage: (body: Uint8Array) => Uint8Array): { isDone(): boolean } => {
  const seen = new Map<number, number>()
  tap.tamper((frame, isBrowser) => {
    const decoded = decodeHostFrame(frame)
    if (!isBrowser || !decoded.ok || decoded.value.kind !== 'data') return frame
    const { circuit } = decoded.value
    const count = (seen.get(circuit) ?? 0) + 1
    seen.set(circuit, count)
    if (count <= SETTLED_MESSAGES) return frame
    isDone = true
    tap.tamper(undefined)
    const body = frame.subarray(CIRCUIT_HEADER_BYTES)
    return Buffer.concat([frame.subarray(0, CIRCUIT_HEADER_BYTES), damage(body)])
  })
  let isDone = false
  return { isDone: () => isDone }
}

describe('a host in the middle', () => {
  let host: Host
  let tap: WireTap
  before(async () => {
    host = await startHost()
    tap = await startWireTap(host.url)
  })
  after(async () => {
    await tap.close()
    await host.close()
  })

  it(
    'relays neither text nor the name of any block in the clear',
    async (context) => {
      requireEngines(['chromium'], context)
      const peer = await startPeer('Walrus', tap.url)
      try {
        await withBrowsers(['chromium'], async (browser) => {
          const { page } = await join(browser!, tap.url, 'Ada')
          await go(page, 'Notes')
          await page.click('button', 'New note')
          await page.fill('Title', 'Secret')
          await page.fill('Note', NOTE)
          await page.within('status', 'Saved').waitForText('Saved')
          await go(page, 'Home')
          await post(page, `Ada has ${MARK}`, picture('stripes.png'))
          await peer.run('follow', await linkOf(page))
          await peer.run('post', `Walrus has ${MARK}`)
          await follow(page, peer.link)
          await sees(page, `Walrus has ${MARK}`)
          await waitFor(
            'the post at the peer',
            async () => (await peer.run('feed', '--json')).includes(`Ada has ${MARK}`),
            ARRIVES_MS,
          )
          await go(page, 'Home')
          await page.within('article', `Ada has ${MARK}`).waitForControl('button', /^1 live copy/, ARRIVES_MS)

          const relayed = Buffer.concat(tap.frames() as Buffer[])
          const data = tap.frames().filter((frame) => {
            const decoded = decodeHostFrame(frame)
            return decoded.ok && decoded.value.kind === 'data'
          })
          expect(data.length, 'messages of circuits').to.be.above(10)
          for (const text of [MARK, 'walrus', NOTE]) {
            expect(relayed.includes(Buffer.from(text)), text).to.equal(false)
            expect(relayed.includes(Buffer.from(text, 'utf16le')), text).to.equal(false)
          }
          const archive = joinPath(peer.folder, 'all.car')
          await peer.run('export', archive)
          const secrets = [
            ...(await secretsOf(await readFile(archive))),
            ...(await secretsOf(await exported(browser!, page))),
          ]
          expect(secrets.length).to.be.above(20)
          for (const secret of secrets) expect(relayed.includes(secret), secret.toString('hex')).to.equal(false)
        })
      } finally {
        await peer.close()
      }
    },
    LONG,
  )

  it(
    'damages and forges what it likes: it is refused and counted, each by its reason, and the conversation goes on',
    async (context) => {
      requireEngines(['chromium'], context)
      const peer = await startPeer('Bob', tap.url)
      try {
        await withBrowsers(['chromium'], async (browser) => {
          const { page } = await join(browser!, tap.url, 'Ada')
          await follow(page, peer.link)
          await peer.run('follow', await linkOf(page))
          await peer.run('post', 'before the lies')
          await sees(page, 'before the lies')
          // Another version, no control message, an unknown kind.
          for (const bytes of [
            [9, 9],
            [1, 0, 0xff, 0xff, 0xff],
            [1, 7, 0, 0],
          ])
            tap.inject(Buffer.from(bytes))
          const strike = async (damage: (body: Uint8Array) => Uint8Array): Promise<void> => {
            const hit = strikeSession(tap, damage)
            for (let i = 0; !hit.isDone() && i < MAX_STRIKE_POSTS; i++) await peer.run('post', 'in spite of the lies')
            expect(hit.isDone(), 'a message of the session was changed').to.equal(true)
            await peer.run('post', `after lie ${++lies}`)
            await sees(page, `after lie ${lies}`)
          }
          let lies = 0
          for (let i = 0; i < 3; i++) await strike((body) => body.with(-1, body.at(-1)! ^ 1))
          await strike((body) => Buffer.alloc(body.length, 0xff))
          await page.click('link', /^Connected to|^Looking|^Nobody|^Offline/)
          await page.click('button', 'Refused since the start')
          const counts = await waitFor('what was refused', async () => {
            // Each part of a line stands on one of its own.
            const lines = [...(await page.text()).matchAll(/^([a-z-]+)\n:\n(\d+)$/gm)]
            return lines.length > 0 && Object.fromEntries(lines.map(([, reason, count]) => [reason!, Number(count)]))
          })
          expect(counts).to.deep.equal({ 'host-frame': 3, 'undecryptable-carrier': 3, 'malformed-carrier': 1 })
          expect(page.problems().filter((text) => !text.includes('WebSocket'))).to.deep.equal([])
        })
      } finally {
        await peer.close()
      }
    },
    LONG,
  )
})
