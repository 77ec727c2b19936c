/** What a command of `kith` is given and what it gives back. */
import type { NodeClient } from '../host/api.ts'

/** Where a command's words go. Lines end without a line break. */
export interface Output {
  /** What was asked for: standard output. */
  write(line: string): void
  /** What is said beside it: progress and problems, on standard error. */
  note(line: string): void
}

/** What every command gets. It runs in the process that holds the data, which may be another than the typed one. */
export interface CommandContext {
  readonly client: NodeClient
  /** Words after the command's name, options included. */
  readonly args: readonly string[]
  /** Hosts that were named where it was typed; none when a running peer does it, which has hosts of its own. */
  readonly hosts: readonly string[]
  /** Relative paths are meant from here. */
  readonly folder: string
  readonly output: Output
  /** Ends when whoever typed the command has gone. */
  readonly signal: AbortSignal
}

/** One command. */
export interface Command {
  /** How it is typed, after `kith`. */
  readonly usage: string
  /** What it does, in a line. */
  readonly summary: string
  /** Runs first, where the command was typed: reads what only that process has, such as standard input. */
  prepare?(args: readonly string[]): Promise<readonly string[]>
  /** @returns the exit code: 0 done, 1 refused, 2 typed wrongly */
  run(context: CommandContext): Promise<number>
}

/** Exit code of a command that was typed wrongly. */
export const TYPED_WRONGLY = 2
