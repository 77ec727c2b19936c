/** A live query as a controller: subscribes while its host is connected, again when the input changes. */
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { Queries, QueryName } from '../../rpc/contract.ts'
import type { KithError } from '../../rpc/errors.ts'
import { node } from './node-context.ts'

/** Nothing is drawn for this long; a skeleton only afterwards (milliseconds). */
export const SKELETON_DELAY = 300

interface Branches<T> {
  /** Drawn once waiting has become noticeable. */
  readonly waiting?: () => unknown
  readonly value: (value: T) => unknown
  /** Drawn when there is no value to show instead. */
  readonly failed: (error: KithError) => unknown
}

/** Keeps the last value over failures and reconnections, so that nothing on the screen goes away. */
export class LiveQuery<Q extends QueryName> implements ReactiveController {
  value: Queries[Q]['out'] | undefined
  error: KithError | undefined
  /** True once a value came, which may be undefined for things that do not exist. */
  ready = false
  #slow = false
  #key: string | undefined
  #stop: (() => void) | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #host: ReactiveControllerHost
  readonly #query: Q
  readonly #input: () => Queries[Q]['in'] | undefined
  readonly #onValue: ((value: Queries[Q]['out']) => void) | undefined

  /** `input` is asked at every update; undefined means not yet. `onValue` sees each value before it is drawn. */
  constructor(
    host: ReactiveControllerHost,
    query: Q,
    input: () => Queries[Q]['in'] | undefined,
    onValue?: (value: Queries[Q]['out']) => void,
  ) {
    this.#host = host
    this.#query = query
    this.#input = input
    this.#onValue = onValue
    host.addController(this)
  }

  hostConnected(): void {
    this.#host.requestUpdate()
  }

  hostUpdate(): void {
    const input = this.#input()
    const key = input && JSON.stringify(input)
    if (key === this.#key) return
    const moved = this.#key !== undefined
    this.#end()
    this.#key = key
    if (moved) this.#forget()
    if (input) this.#follow(input, key)
  }

  hostDisconnected(): void {
    this.#end()
  }

  /** Draws the branch that fits. */
  render({ waiting, value, failed }: Branches<Queries[Q]['out']>): unknown {
    if (this.ready) return value(this.value as Queries[Q]['out'])
    if (this.error) return failed(this.error)
    return this.#slow ? waiting?.() : undefined
  }

  #follow(input: Queries[Q]['in'], key: string | undefined): void {
    // A value may still be under way when its subscription ends; it must not appear under another input.
    const update = (change: () => void): void => {
      if (this.#key !== key) return
      change()
      this.#host.requestUpdate()
    }
    if (!this.ready) {
      this.#timer = setTimeout(update, SKELETON_DELAY, () => (this.#slow = true))
    }
    this.#stop = node().watch(
      this.#query,
      input,
      (value) => update(() => this.#accept(value)),
      (error) => update(() => (this.error = error)),
    )
  }

  #accept(value: Queries[Q]['out']): void {
    clearTimeout(this.#timer)
    this.value = value
    this.ready = true
    this.error = undefined
    this.#onValue?.(value)
  }

  #forget(): void {
    this.value = undefined
    this.error = undefined
    this.ready = false
    this.#slow = false
  }

  #end(): void {
    clearTimeout(this.#timer)
    this.#stop?.()
    this.#stop = undefined
    this.#key = undefined
  }
}
