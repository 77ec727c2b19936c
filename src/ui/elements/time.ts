/** A moment in words that stays true: "3 min. ago" today, a date later; the exact time in the title. */
import { css, html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { t } from '../messages/index.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const relative = new Intl.RelativeTimeFormat(t.language, { numeric: 'auto', style: 'short' })
const short = new Intl.DateTimeFormat(t.language, { day: 'numeric', month: 'short' })
const dated = new Intl.DateTimeFormat(t.language, { day: 'numeric', month: 'short', year: 'numeric' })
const exact = new Intl.DateTimeFormat(t.language, { dateStyle: 'full', timeStyle: 'short' })

/** Words for `time` seen from `now`. */
export const timeInWords = (time: number, now: number): string => {
  const age = now - time
  if (age < MINUTE) return relative.format(0, 'second')
  if (age < HOUR) return relative.format(-Math.floor(age / MINUTE), 'minute')
  if (age < DAY) return relative.format(-Math.floor(age / HOUR), 'hour')
  if (age < 6 * DAY) return relative.format(-Math.floor(age / DAY), 'day')
  return (new Date(time).getFullYear() === new Date(now).getFullYear() ? short : dated).format(time)
}

// One clock for all, so that a long feed does not run a timer a post.
const shown = new Set<Time>()
let clock: ReturnType<typeof setInterval> | undefined

const tick = (): void => {
  for (const element of shown) element.requestUpdate()
}

@customElement('kith-time')
export class Time extends LitElement {
  /** Milliseconds since 1970. */
  @property({ type: Number }) at = 0

  static override styles = css`
    :host {
      white-space: nowrap;
    }
  `

  override connectedCallback(): void {
    super.connectedCallback()
    shown.add(this)
    clock ??= setInterval(tick, MINUTE)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    shown.delete(this)
    if (shown.size) return
    clearInterval(clock)
    clock = undefined
  }

  override render() {
    const date = new Date(this.at)
    if (Number.isNaN(date.getTime())) return ''
    return html`<time datetime=${date.toISOString()} title=${exact.format(date)}>${timeInWords(this.at, Date.now())}</time>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-time': Time
  }
}
