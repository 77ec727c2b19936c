/** What a host relays tells it nothing, and what it forges changes nothing. */
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join as joinPath } from 'node:path'
import { expect } from 'chai'
import { readCar } from '../../src/core/blocks/car.ts'
import { type Block, cidToBytes, cidToString, rawCid } from '../../src/core/blocks/cid.ts'
import { decodeKeyEvent } from '../../src/core/identity/key-event-codec.ts'
import { decodeSegment } from '../../src/core/logs/segment-codec.ts'
import { decodeHostFrame } from '../../src/core/swarm/host-frames.ts'
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
const LONG = { timeout: 180_000 }

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
    'damages and forges what it likes: it is refused and counted, and the conversation goes on',
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
          tap.inject(randomBytes(64))
          tap.inject(Buffer.from([1, 0, 0xff, 0xff, 0xff]))
          tap.inject(Buffer.from([9, 9]))
          tap.inject(Buffer.concat([Buffer.from([1, 1, 0, 0, 0, 1]), randomBytes(500)]))
          let left = 3
          tap.tamper((frame) => {
            const decoded = decodeHostFrame(frame)
            if (left === 0 || !decoded.ok || decoded.value.kind !== 'data') return frame
            left--
            frame[frame.length - 1]! ^= 1
            return frame
          })
          await peer.run('post', 'in spite of the lies')
          await sees(page, 'in spite of the lies')
          tap.tamper(undefined)
          await peer.run('post', 'after the lies')
          await sees(page, 'after the lies')
          await page.click('link', /^Connected to|^Looking|^Nobody|^Offline/)
          await page.click('button', 'Refused since the start')
          await page.waitForText(/host-frame|malformed|frame/)
          expect(page.problems().filter((text) => !text.includes('WebSocket'))).to.deep.equal([])
        })
      } finally {
        await peer.close()
      }
    },
    LONG,
  )
})
