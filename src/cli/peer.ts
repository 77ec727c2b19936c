/** `kith peer`: an always-on node in this process, until it is told to stop. */
import { hostname } from 'node:os'
import type { KithError, NodeClient } from '../host/api.ts'
import type { Output } from './command.ts'
import { controlPath } from './control/control-path.ts'
import { serveCommands } from './control/server.ts'
import { type GlobalOptions, openThread } from './thread.ts'
import { inWords, linkWarning } from './words.ts'

/** Runs until SIGINT or SIGTERM. @returns the exit code */
export async function runPeer(options: GlobalOptions, output: Output): Promise<number> {
  const told = untilTold()
  const opened = await openThread(options, options.hosts)
  if (!opened.ok) return fail(output, opened.error)
  const thread = opened.value
  const person = await ensurePerson(thread.client, options.name ?? hostname())
  if (!person.ok) {
    await thread.close()
    return fail(output, person.error)
  }
  const control = await serveCommands(controlPath(options.data), thread.client)
  await sayHello(thread.client, options, output)
  await told
  output.note('Stopping.')
  await control.close()
  await thread.close()
  return 0
}

async function ensurePerson(client: NodeClient, name: string) {
  const made = await client.request('create-person', { name })
  return !made.ok && made.error.type !== 'person-exists' ? made : ({ ok: true } as const)
}

async function sayHello(client: NodeClient, { data, hosts }: GlobalOptions, output: Output): Promise<void> {
  const link = await client.request('my-link', {})
  if (link.ok) output.write(link.value.link)
  else output.note(inWords(link.error))
  if (link.ok && link.value.warning) output.note(linkWarning(link.value.warning))
  output.note(`A peer runs over ${data}, with ${hosts.join(', ')}. Stop it with Ctrl-C.`)
}

const untilTold = (): Promise<void> =>
  new Promise((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })

function fail(output: Output, error: KithError): number {
  output.note(inWords(error))
  return 1
}
