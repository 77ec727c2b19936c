import { expect } from 'chai'
import { ok } from '../../src/core/result.ts'
import { provideNode } from '../../src/ui/controllers/node-context.ts'
import { facePattern } from '../../src/ui/elements/face-pattern.ts'
import { knownPicture, loadPicture, MAX_PICTURE_URLS } from '../../src/ui/pictures/picture-store.ts'
import { AVATAR_SIDE, MAX_PICTURE_BYTES, MAX_SIDE, scaleAvatar, scalePicture } from '../../src/ui/pictures/scale.ts'
import { describe, it } from '../support/runner.ts'

const noise = async (width: number, height: number): Promise<Blob> => {
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  for (let i = 0; i < 3000; i++) {
    context.fillStyle = `hsl(${(i * 47) % 360} 70% ${(i * 13) % 100}%)`
    context.fillRect((i * 131) % width, (i * 71) % height, 40, 25)
  }
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no blob'))), 'image/png'),
  )
}

describe('pictures', () => {
  it('[U9] a large picture becomes at most 2048 pixels and 600 kB', async () => {
    const scaled = await scalePicture(await noise(3000, 1500))
    expect(scaled.ok).to.equal(true)
    if (!scaled.ok) return
    expect(Math.max(scaled.value.width, scaled.value.height)).to.be.at.most(MAX_SIDE)
    expect(scaled.value.width / scaled.value.height).to.be.closeTo(2, 0.02)
    expect(scaled.value.bytes.length).to.be.within(1, MAX_PICTURE_BYTES)
    expect(scaled.value.mediaType).to.match(/^image\/(webp|jpeg)$/)
  })

  it('[U9] a profile picture becomes a square', async () => {
    const scaled = await scaleAvatar(await noise(700, 400))
    expect(scaled.ok && [scaled.value.width, scaled.value.height]).to.deep.equal([AVATAR_SIDE, AVATAR_SIDE])
  })

  it('[U9] what is no picture is refused in words', async () => {
    const scaled = await scalePicture(new Blob(['<html>not a picture</html>'], { type: 'image/png' }))
    expect(scaled).to.deep.equal({ ok: false, error: { type: 'bad-picture' } })
  })

  it('[U6] 300 pictures are kept at hand; one more lets the oldest go, and that is read again', async () => {
    let reads = 0
    const request = async () => {
      reads += 1
      return ok({ bytes: Uint8Array.of(1), mediaType: 'image/png' })
    }
    provideNode({ request, watch: () => () => undefined } as unknown as Parameters<typeof provideNode>[0])
    const load = async (i: number): Promise<string> => {
      const loaded = await loadPicture(`picture ${i}`)
      return loaded.ok ? loaded.value : expect.fail('not loaded')
    }
    const oldest = await load(0)
    for (let i = 1; i < MAX_PICTURE_URLS; i++) await load(i)
    expect([await load(0), reads]).to.deep.equal([oldest, MAX_PICTURE_URLS])
    const second = knownPicture('picture 1')
    await load(MAX_PICTURE_URLS)
    expect([knownPicture('picture 0'), knownPicture('picture 1')]).to.deep.equal([undefined, second])
    expect(await fetch(oldest).catch(() => 'revoked')).to.equal('revoked')
    expect(await load(0)).to.not.equal(oldest)
    expect(reads).to.equal(MAX_PICTURE_URLS + 2)
  })

  it('[U9] a face is the same for the same id and differs between ids', () => {
    const ids = Array.from({ length: 200 }, (_, i) => `bafyreib${i}`)
    const faces = ids.map((id) => JSON.stringify(facePattern(id)))
    expect(faces).to.deep.equal(ids.map((id) => JSON.stringify(facePattern(id))))
    expect(new Set(faces).size).to.be.above(190)
  })
})
