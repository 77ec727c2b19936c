/** Small steps that commands share. */
import { text as readAll } from 'node:stream/consumers'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import type { JobView, KithError, NodeClient } from '../host/api.ts'
import { type CommandContext, TYPED_WRONGLY } from './command.ts'
import { inWords } from './words.ts'

/** Reads options; says what is wrong with them. @returns undefined when they are */
export function readArgs<T extends NonNullable<ParseArgsConfig['options']>>(
  { args, output }: CommandContext,
  options: T,
): { values: ReturnType<typeof parseArgs<{ options: T }>>['values']; positionals: string[] } | undefined {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    output.note((error as Error).message)
    return undefined
  }
}

/**
 * `-` among the words stands for standard input. Read where the command was typed: the peer that runs it has a standard
 * input of its own.
 */
export async function withInput(args: readonly string[]): Promise<readonly string[]> {
  if (!args.includes('-')) return args
  return [...args.filter((arg) => arg !== '-'), '--', await readAll(process.stdin)]
}

/** Says how a command is typed. */
export function mistyped({ output }: CommandContext, usage: string): number {
  output.note(`Type: kith ${usage}`)
  return TYPED_WRONGLY
}

/** Says why something was refused. */
export function refused({ output }: CommandContext, error: KithError): number {
  output.note(inWords(error))
  return 1
}

/** Follows a job to its end; `onProgress` hears of each step. */
export function jobEnd(client: NodeClient, job: string, onProgress: (view: JobView) => void): Promise<JobView> {
  return new Promise((resolve, reject) => {
    const stop = client.watch(
      'job',
      { job },
      (view) => {
        if (!view) return
        onProgress(view)
        if (view.state === 'running') return
        stop()
        resolve(view)
      },
      (error) => {
        stop()
        reject(new Error(inWords(error)))
      },
    )
  })
}

/** The first result of a live query. */
export function current<T>(
  watch: (onValue: (value: T) => void, onError: (error: KithError) => void) => () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = watch(
      (value) => {
        resolve(value)
        queueMicrotask(() => stop())
      },
      (error) => reject(new Error(inWords(error))),
    )
  })
}
