/** Every page at every width the design names, and at the narrowest with text twice as large. [U13] */
import { expect } from 'chai'
import { describe, it } from '../support/runner.ts'
import { until } from '../support/wait.ts'
import type { Scene } from './support/harness.ts'
import { deepAll } from './support/mount.ts'
import { ada } from './support/sample-data.ts'

const WIDTHS = [320, 360, 900, 1280, 1600]
const THEMES = ['light', 'dark'] as const
const HEIGHT = 800
/** Widths of boxes are rounded differently by each engine. */
const TOLERANCE = 1

/** Address and what is the case there. */
const PAGES: readonly (readonly [string, Scene?])[] = [
  ['/'],
  ['/', { world: 'alone' }],
  ['/', { world: 'offline' }],
  ['/', { world: 'none' }],
  ['/', { problem: { type: 'unsupported', feature: 'secure-context' } }],
  ['/', { problem: { type: 'keys-lost' } }],
  ['/replies'],
  [`/@${ada.id}`],
  [`/@bafyreib${'b'.repeat(50)}a`],
  ['/post/entryzz'],
  ['/people'],
  ['/write'],
  ['/notes'],
  ['/notes', { world: 'alone' }],
  ['/notes/noteq'],
  ['/notes/notew'],
  ['/shared'],
  ['/shared', { world: 'none' }],
  ['/shared', { failing: { 'open-shared': { type: 'share-not-found', asked: 2, answered: 1 } } }],
  ['/you'],
  ['/you/words'],
  ['/you/jobs/running'],
  ['/you/jobs/done'],
  ['/you/jobs/failed'],
  ['/you/jobs/exported'],
  ['/you/storage'],
  ['/you/devices'],
  ['/you/settings'],
  ['/connection'],
  ['/connection', { world: 'offline' }],
  ['/welcome/words', { world: 'none' }],
  ['/no/such/page'],
]

const CONTROLS = 'a[href], button, input, textarea, select, summary'

/** A window of its own: width and address are its own, the origin is that of the tests. */
const openWindow = async (path: string, scene: Scene): Promise<HTMLIFrameElement> => {
  const frame = document.createElement('iframe')
  Object.assign(frame.style, { position: 'fixed', inset: '0 auto auto 0', border: '0', height: `${HEIGHT}px` })
  document.body.append(frame)
  const { contentDocument: inner, contentWindow: window } = frame
  if (!inner || !window) throw new Error('an iframe without a window')
  Object.assign(window, { kithScene: scene })
  inner.open()
  inner.write('<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><body></body></html>')
  inner.close()
  window.history.replaceState(null, '', path)
  Object.assign(window, { kithScene: scene })
  const script = inner.createElement('script')
  Object.assign(script, { type: 'module', src: new URL('./stage.worker.js', import.meta.url).href })
  inner.body.append(script)
  await until(() => deepAll(inner, 'h1').length, `a page at ${path}`)
  return frame
}

const frames = (window: Window): Promise<void> =>
  new Promise((resolve) => window.requestAnimationFrame(() => window.requestAnimationFrame(() => resolve())))

/** The boxes of everything around an element that cuts off what does not fit. */
const clippingBoxes = (element: Element): DOMRect[] => {
  const boxes: DOMRect[] = []
  let at: Element | null = element
  while (at) {
    const root: Node = at.getRootNode()
    at =
      at.parentElement ??
      (root instanceof (at.ownerDocument.defaultView as typeof globalThis).ShadowRoot ? root.host : null)
    if (at && !['visible', ''].includes(at.ownerDocument.defaultView?.getComputedStyle(at).overflowX ?? ''))
      boxes.push(at.getBoundingClientRect())
  }
  return boxes
}

const describeElement = (element: Element): string =>
  `${element.tagName.toLowerCase()}#${element.id}.${element.className} “${element.textContent?.trim().slice(0, 40)}”`

/** A control that is there for the eye and does not fit into the window or into what surrounds it, in words. */
const cutOff = (frame: HTMLIFrameElement): string[] => {
  const { documentElement } = frame.contentDocument!
  const width = documentElement.clientWidth
  return deepAll(documentElement, CONTROLS).flatMap((element) => {
    const box = element.getBoundingClientRect()
    const style = frame.contentWindow!.getComputedStyle(element)
    const isSeen = element.checkVisibility({ visibilityProperty: true }) && box.width > 1 && style.clipPath === 'none'
    if (!isSeen || element.closest('.off-screen')) return []
    const left = Math.max(0, ...clippingBoxes(element).map((clip) => clip.left))
    const right = Math.min(width, ...clippingBoxes(element).map((clip) => clip.right))
    const isWhole = box.left >= left - TOLERANCE && box.right <= right + TOLERANCE
    // A field scrolls what is typed into it, and links in running text have no box of their own.
    const hasOwnText =
      style.overflowX === 'visible' && style.display !== 'inline' && !element.matches('input, textarea')
    const textFits = !hasOwnText || element.scrollWidth <= element.clientWidth + TOLERANCE
    return isWhole && textFits
      ? []
      : [`${describeElement(element)} from ${box.left} to ${box.right} of ${left} to ${right}`]
  })
}

/** What is wrong at one width; nothing, if all is well. */
const faultsAt = async (frame: HTMLIFrameElement, width: number): Promise<string[]> => {
  frame.style.width = `${width}px`
  await frames(frame.contentWindow!)
  const { documentElement } = frame.contentDocument!
  const over = documentElement.scrollWidth - documentElement.clientWidth
  return [...(over > 0 ? [`${over} px too wide`] : []), ...cutOff(frame)]
}

describe('widths', () => {
  for (const [path, scene = {}] of PAGES) {
    const name = `${path} ${scene.world ?? ''}${scene.problem?.type ?? ''}`
    it(`[U13] ${name} fits into 320 to 1600 px, light and dark, and into 320 px with text twice as large`, async () => {
      const frame = await openWindow(path, scene)
      try {
        const { documentElement } = frame.contentDocument!
        const faults: Record<string, string[]> = {}
        for (const theme of THEMES) {
          documentElement.dataset.theme = theme
          for (const width of WIDTHS) {
            const found = await faultsAt(frame, width)
            if (found.length) faults[`${width} ${theme}`] = found
          }
        }
        const size = Number.parseFloat(frame.contentWindow!.getComputedStyle(documentElement).fontSize)
        documentElement.style.fontSize = `${2 * size}px`
        const found = await faultsAt(frame, 320)
        if (found.length) faults['320 with large text'] = found
        expect(faults).to.deep.equal({})
      } finally {
        frame.remove()
      }
    })
  }

  it('[U13] this test sees what does not fit', async () => {
    const frame = await openWindow('/lost', {})
    try {
      expect(await faultsAt(frame, 320)).to.deep.equal([])
      const wide = frame.contentDocument!.createElement('button')
      Object.assign(wide.style, { position: 'absolute', left: '300px', width: '100px' })
      frame.contentDocument!.body.append(wide)
      expect(await faultsAt(frame, 320)).to.have.length(2)
    } finally {
      frame.remove()
    }
  })
})
