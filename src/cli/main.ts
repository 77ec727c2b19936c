/** `kith`: a peer without a browser, and commands that work on it. */
import { resolve } from 'node:path'
import type { Command, Output } from './command.ts'
import { TYPED_WRONGLY } from './command.ts'
import { COMMANDS } from './commands/index.ts'
import { runInPeer } from './control/client.ts'
import { controlPath } from './control/control-path.ts'
import { type Globals, readGlobals } from './globals.ts'
import { runPeer } from './peer.ts'
import { openThread } from './thread.ts'
import { inWords } from './words.ts'

const USAGE = `kith COMMAND [OPTIONS]

  peer                       run an always-on peer until stopped (--name NAME for a new one)
${Object.values(COMMANDS)
  .map(({ usage, summary }) => `  ${usage.split('   ')[0]!.padEnd(26)} ${summary}`)
  .join('\n')}

Options:
  --data DIR         folder of the peer (./data/peer)
  --host URL         host to meet others at; may be repeated (http://localhost:8484)
  --public-url URL   address under which links to this person are made`

const output: Output = {
  write: (line) => process.stdout.write(`${line}\n`),
  note: (line) => process.stderr.write(`${line}\n`),
}

// [CL7] `kith feed | head` closes what is written to; the work itself goes on to its end.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

process.exitCode = await main(process.argv.slice(2))

async function main(typed: readonly string[]): Promise<number> {
  const globals = readGlobals(typed)
  if (!globals.ok) return help(globals.error)
  const { name, help: isHelp } = globals.value
  if (isHelp || name === undefined) return help(undefined)
  if (name === 'peer') return runPeer(globals.value.options, output)
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  return command ? run(command, name, globals.value) : help(`"${name}" is no command.`)
}

function help(mistake: string | undefined): number {
  if (mistake === undefined) {
    output.write(USAGE)
    return 0
  }
  output.note(`${mistake}\n\n${USAGE}`)
  return TYPED_WRONGLY
}

// The peer that runs over the folder does it; without one the folder is opened here, with nobody connected: what is
// written goes out when a peer runs the next time.
async function run(command: Command, name: string, { options, args: typed }: Globals): Promise<number> {
  const folder = resolve('.')
  const args = (await command.prepare?.(typed)) ?? typed
  const ask = { version: 1, command: name, args, folder } as const
  const code = await runInPeer(controlPath(options.data), ask, output)
  if (code !== undefined) return code
  const opened = await openThread(options, [])
  if (!opened.ok) {
    output.note(inWords(opened.error))
    return 1
  }
  try {
    const { client } = opened.value
    return await command.run({
      client,
      args,
      hosts: options.hosts,
      folder,
      output,
      signal: new AbortController().signal,
    })
  } finally {
    await opened.value.close()
  }
}
