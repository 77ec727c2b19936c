import { expect } from 'chai'
import { readCode } from '../../src/ui/elements/scanner.ts'
import '../../src/ui/elements/qr.ts'
import { describe, it } from '../support/runner.ts'
import { createFakeNode } from './support/fake-node.ts'
import { mountWith, unmount } from './support/mount.ts'

const link = `https://kith.example/@bafyreib${'k'.repeat(51)}?h=https%3A%2F%2Fkith.example`

/** What a camera would see: the code as it stands on the page, as a picture. */
const photograph = async (svg: SVGSVGElement): Promise<Blob> => {
  const size = svg.viewBox.baseVal.width
  const canvas = Object.assign(document.createElement('canvas'), { width: size * 8, height: size * 8 })
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  context.fillStyle = '#fff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.scale(8, 8)
  context.fillStyle = '#000'
  context.fill(new Path2D(svg.querySelector('path')?.getAttribute('d') ?? ''))
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no blob'))), 'image/png'),
  )
}

describe('codes', () => {
  it('[U10] the code that is shown reads back as the link', async () => {
    const element = await mountWith(createFakeNode(), 'kith-qr', { text: link })
    const svg = element.shadowRoot?.querySelector('svg') as SVGSVGElement
    expect(await readCode(await photograph(svg))).to.equal(link)
    unmount()
  })

  it('[U10] a picture without a code reads as nothing', async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 200, height: 200 })
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve))
    expect(blob && (await readCode(blob))).to.equal(undefined)
  })
})
