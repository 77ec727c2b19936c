/** What a wipe drill came to, in words: the answer, what was compared, and what did not come back. */
import { html } from 'lit'
import type { DrillView } from '../../rpc/drill.ts'
import { t } from '../messages/index.ts'

const answer = (view: DrillView): string => {
  if (view.because) return t.drill.nobody
  return view.survives ? t.drill.yes(view) : t.drill.no(view)
}

const missing = ({ lost, missing: named }: DrillView) => html`<h3>${t.drill.missing}</h3>
  <ul>
    ${named.map((thing) => html`<li>${t.drill.thing(thing)}</li>`)}
    ${lost > named.length ? html`<li>${t.drill.more(lost - named.length)}</li>` : ''}
  </ul>`

/** A template; whoever draws it says where it stands. */
export const drillOutcome = (view: DrillView) => html`<p role="status"><strong>${answer(view)}</strong></p>
  ${view.because ? '' : html`<p class="muted small">${t.drill.compared(view)}</p>`}
  ${view.lost > 0 ? missing(view) : ''}
  ${view.survives ? '' : html`<p>${t.drill.todo}</p>`}`
