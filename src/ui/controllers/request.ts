/** A request as a controller: whether it runs, and the failure to show when it ended badly. */
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { RequestName, Requests } from '../../rpc/contract.ts'
import type { KithError } from '../../rpc/errors.ts'
import { node } from './node-context.ts'

/** One kind of request made by one element. */
export class Request<N extends RequestName> implements ReactiveController {
  busy = false
  error: KithError | undefined
  readonly #host: ReactiveControllerHost
  readonly #name: N

  constructor(host: ReactiveControllerHost, name: N) {
    this.#host = host
    this.#name = name
    host.addController(this)
  }

  hostConnected(): void {
    this.clear()
  }

  /** Sends it; undefined when it failed (see `error`) or when one is under way already. */
  async run(input: Requests[N]['in']): Promise<Requests[N]['out'] | undefined> {
    if (this.busy) return undefined
    this.#set(true, undefined)
    const result = await node().request(this.#name, input)
    this.#set(false, result.ok ? undefined : result.error)
    return result.ok ? result.value : undefined
  }

  /** Takes the failure off the screen. */
  clear(): void {
    if (this.error) this.#set(this.busy, undefined)
  }

  #set(busy: boolean, error: KithError | undefined): void {
    this.busy = busy
    this.error = error
    this.#host.requestUpdate()
  }
}
