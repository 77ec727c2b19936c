/** Tasks of a page's main thread that took long, and what ran in them, out of a DevTools trace. */
import type { CDPSession, Page } from 'playwright-core'

/** https://w3c.github.io/longtasks/ */
const LONG_TASK_MS = 50
const CATEGORIES = ['toplevel', 'devtools.timeline', 'v8.execute', '__metadata']
/** What is named as the doing of a task; everything else in a trace is how the browser organises itself. */
const WORK =
  /^(EvaluateScript|v8\.compileModule|v8\.evaluateModule|FunctionCall|RunMicrotasks|ParseHTML|Layout|UpdateLayoutTree|Paint|PrePaint|Layerize|Commit|MinorGC|MajorGC|FireAnimationFrame|TimerFire|ParseAuthorStyleSheet)$/

/** One of them: the work in it, longest first. */
export interface LongTask {
  readonly ms: number
  readonly work: readonly { readonly name: string; readonly script: string; readonly ms: number }[]
}

interface TraceEvent {
  readonly ph: string
  readonly name: string
  readonly pid: number
  readonly tid: number
  readonly ts: number
  readonly dur?: number
  readonly args?: { name?: string; data?: { url?: string; functionName?: string }; fileName?: string }
}

const readStream = async (session: CDPSession, handle: string): Promise<string> => {
  let text = ''
  for (;;) {
    const { data, eof } = await session.send('IO.read', { handle })
    text += data
    if (eof) return text
  }
}

/** Traces `page` while `task` runs with its processor slowed down `rate` times. */
export const traceSlowed = async (
  page: Page,
  rate: number,
  task: () => Promise<unknown>,
): Promise<readonly TraceEvent[]> => {
  const session = await page.context().newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate })
  const done = new Promise<string>((resolve) =>
    session.once('Tracing.tracingComplete', ({ stream }) => resolve(stream!)),
  )
  await session.send('Tracing.start', {
    transferMode: 'ReturnAsStream',
    traceConfig: { includedCategories: CATEGORIES },
  })
  await task()
  await session.send('Tracing.end')
  const trace = JSON.parse(await readStream(session, await done)) as { traceEvents: TraceEvent[] }
  return trace.traceEvents
}

const lastPart = (url: string): string => url.split('/').at(-1)!.split('?')[0]!

const toWork = ({ name, args, dur = 0 }: TraceEvent) => ({
  name: args?.data?.functionName ? `${name} ${args.data.functionName}` : name,
  script: lastPart(args?.data?.url ?? args?.fileName ?? ''),
  ms: dur / 1000,
})

/** Long tasks of the main threads that ran scripts of `origin`, longest first. */
export const longTasks = (events: readonly TraceEvent[], origin: string): readonly LongTask[] => {
  const threadOf = ({ pid, tid }: TraceEvent): string => `${pid}/${tid}`
  const main = new Set(
    events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(threadOf),
  )
  const ours = new Set(events.filter(({ args }) => args?.data?.url?.startsWith(origin)).map(threadOf))
  const onMain = events.filter((event) => main.has(threadOf(event)) && ours.has(threadOf(event)))
  const tasks = onMain.filter(({ name, dur = 0 }) => /RunTask$/.test(name) && dur >= LONG_TASK_MS * 1000)
  return tasks
    .map((task) => ({
      ms: task.dur! / 1000,
      work: onMain
        .filter((event) => event !== task && threadOf(event) === threadOf(task))
        .filter(({ ts, dur = 0 }) => ts >= task.ts && ts + dur <= task.ts + task.dur!)
        .filter(({ name, dur = 0 }) => WORK.test(name) && dur > 1000)
        .map(toWork)
        .sort((a, b) => b.ms - a.ms)
        .slice(0, 6),
    }))
    .sort((a, b) => b.ms - a.ms)
}
