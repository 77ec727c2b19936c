/** A picture for an element: read when it is needed, asked for again with growing pauses while nobody has it. */
import { Task } from '@lit/task'
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { FileId } from '../../rpc/views.ts'
import { knownPicture, loadPicture } from '../pictures/picture-store.ts'

/** Pauses before a missing picture is asked for again (milliseconds). */
const RETRIES = [2_000, 5_000, 15_000, 60_000] as const

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })

const loadPatiently = async (file: FileId, signal: AbortSignal): Promise<string | undefined> => {
  for (const wait of [...RETRIES, 0]) {
    const picture = await loadPicture(file)
    if (picture.ok) return picture.value
    if (picture.error.type !== 'not-found' || !wait) return undefined
    await pause(wait, signal)
  }
  return undefined
}

/** The object URL of one picture. */
export class PictureTask implements ReactiveController {
  readonly #task: Task<readonly [FileId | undefined], string | undefined>
  readonly #file: () => FileId | undefined
  #left = false

  constructor(host: ReactiveControllerHost, file: () => FileId | undefined) {
    this.#file = file
    this.#task = new Task(host, {
      args: () => [file()] as const,
      task: async ([id], { signal }) => (id ? loadPatiently(id, signal) : undefined),
    })
    host.addController(this)
  }

  hostConnected(): void {
    // Back on the page: what was given up when it left is asked for again.
    if (this.#left && !this.url) void this.#task.run()
    this.#left = false
  }

  hostDisconnected(): void {
    this.#left = true
    this.#task.abort()
  }

  /** Undefined until the picture is there. */
  get url(): string | undefined {
    const file = this.#file()
    return file && (knownPicture(file) ?? this.#task.value)
  }
}
