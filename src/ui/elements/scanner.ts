/** Reads a person's code with the camera, or from a picture. Loaded only when asked for, the decoder with it. */
import { Task } from '@lit/task'
import { css, html, LitElement } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import decodeQR from 'qr/decode.js'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'

/** Pause between two looks (milliseconds) and the longest side that is looked at (pixels). */
const LOOK_EVERY = 200
const LOOK_SIDE = 900

const read = (
  source: CanvasImageSource,
  width: number,
  height: number,
  canvas: OffscreenCanvas,
): string | undefined => {
  const scale = Math.min(1, LOOK_SIDE / Math.max(width, height))
  canvas.width = Math.max(1, Math.round(width * scale))
  canvas.height = Math.max(1, Math.round(height * scale))
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) return undefined
  context.drawImage(source, 0, 0, canvas.width, canvas.height)
  try {
    return decodeQR(context.getImageData(0, 0, canvas.width, canvas.height))
  } catch {
    // The decoder throws when there is no code to be seen: the normal case for a camera.
    return undefined
  }
}

/** Reads the code in a picture file; undefined when there is none. */
export const readCode = async (file: Blob): Promise<string | undefined> => {
  try {
    const image = await createImageBitmap(file)
    return read(image, image.width, image.height, new OffscreenCanvas(1, 1))
  } catch {
    return undefined
  }
}

/** Fires `kith-code` with the text as `detail`. */
@customElement('kith-scanner')
export class Scanner extends LitElement {
  @state() private nothing = false
  #timer: ReturnType<typeof setInterval> | undefined
  readonly #canvas = new OffscreenCanvas(1, 1)

  readonly #camera = new Task(this, {
    args: () => [],
    task: () => navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } }),
    onComplete: (stream) => (this.isConnected ? this.#watch() : stop(stream)),
  })

  static override styles = [
    base,
    controls,
    css`
      :host {
        display: grid;
        gap: 8px;
        justify-items: start;
      }
      video {
        width: 100%;
        max-height: 60vh;
        border-radius: var(--radius);
        background: #000;
        aspect-ratio: 4 / 3;
        object-fit: cover;
      }
    `,
  ]

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearInterval(this.#timer)
    stop(this.#camera.value)
  }

  override render() {
    return html`${this.#camera.render({
      complete: (stream) =>
        html`<p class="muted small">${t.peoplePage.scanning}</p><video .srcObject=${stream} autoplay muted playsinline></video>`,
      error: () => html`<p role="alert">${t.peoplePage.noCamera}</p>`,
    })}
    <label class="button" for="picture">${t.peoplePage.scanPicture}</label>
    <input class="off-screen" id="picture" type="file" accept="image/*" @change=${this.#picked} />
    ${this.nothing ? html`<p role="alert">${t.peoplePage.noCode}</p>` : ''}`
  }

  #watch(): void {
    this.#timer = setInterval(() => {
      const video = this.renderRoot.querySelector('video')
      if (video?.videoWidth) this.#found(read(video, video.videoWidth, video.videoHeight, this.#canvas))
    }, LOOK_EVERY)
  }

  async #picked(event: Event): Promise<void> {
    const file = (event.target as HTMLInputElement).files?.[0]
    if (!file) return
    const text = await readCode(file)
    this.nothing = text === undefined
    this.#found(text)
  }

  #found(text: string | undefined): void {
    if (text === undefined) return
    clearInterval(this.#timer)
    this.dispatchEvent(new CustomEvent('kith-code', { detail: text }))
  }
}

const stop = (stream: MediaStream | undefined): void => {
  for (const track of stream?.getTracks() ?? []) track.stop()
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-scanner': Scanner
  }
}
