/** A host that answers what the test wants, with whatever it was given: a real HTTP server behind the doors' paths. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Cid, cidToString } from '../../../src/core/blocks/cid.ts'
import { base32Encode } from '../../../src/core/bytes.ts'
import { packKeyEvents } from '../../../src/core/identity/key-list.ts'
import type { KeyState } from '../../../src/core/identity/key-state.ts'
import { wordsToEntropy } from '../../../src/core/identity/words.ts'
import { locatorKey } from '../../../src/core/records/locator.ts'
import { PATHS, publicStorageKey } from '../../../src/core/records/storage-key.ts'
import type { Self } from '../../../src/node-worker/person/account.ts'
import { sealSecret } from '../../../src/node-worker/person/own-record-values.ts'
import { signPublic } from '../../../src/node-worker/person/records.ts'
import type { TestNode } from '../../support/test-node.ts'
import { wordsOf } from '../transfer/archive.ts'

/** What one device behind a host has. */
export interface Shelf {
  /** Under the base32 of a storage key, or a CID. */
  readonly things: ReadonlyMap<string, Uint8Array>
  /** Answers in place of what lies there. */
  answer?(name: string, response: ServerResponse): boolean
}

/** A host with shelves behind it. */
export interface ShelfHost {
  readonly origin: string
  /** Names of things that were asked for, in order. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

const deviceOf = (index: number): string => base32Encode(new Uint8Array(32).fill(index + 1))

/** Serves shelves as devices. `list` answers in place of lists of holders. */
export const startShelfHost = async (
  shelves: readonly Shelf[],
  list?: (response: ServerResponse) => void,
): Promise<ShelfHost> => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const [, first, who, , name] = (request.url ?? '').split('/')
    if (first === 'k') {
      if (list) return list(response)
      const holders = shelves.flatMap(({ things }, i) =>
        // Whoever keeps the locator keeps the person's logs.
        things.has(who!) || things.has('everything') ? [`https://elsewhere.example/at/${deviceOf(i)}/k/${who}`] : [],
      )
      return response.end(JSON.stringify(holders))
    }
    const shelf = shelves[shelves.findIndex((_, i) => deviceOf(i) === who)]
    asked.push(name!)
    if (shelf?.answer?.(name!, response)) return undefined
    const bytes = shelf?.things.get(name!)
    response.statusCode = bytes ? 200 : 404
    return response.end(bytes)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** A person's things, to be put on shelves. */
export interface Belongings {
  readonly node: TestNode
  readonly person: string
  readonly words: string
  readonly entropy: Uint8Array
  /** Everything that leads from the words to the person, as the node has it. */
  readonly shelf: ReadonlyMap<string, Uint8Array>
  /** The names of things. */
  readonly names: { readonly locator: string; readonly keys: string; readonly secret: string }
  /** What lies there after another chain of key events, and with another `seq`. */
  withKeys(state: KeyState, seq?: number): Promise<ReadonlyMap<string, Uint8Array>>
  /** A sealed secret that names another key event, epoch or `seq`. */
  secret(change: { readonly keyEvent?: string; readonly seq?: number; readonly state?: KeyState }): Promise<Uint8Array>
}

const nameOf = (person: string, path: string): string => base32Encode(publicStorageKey(person, path))

/** Reads what a node has of its own person. */
export const belongingsOf = async (node: TestNode): Promise<Belongings> => {
  const self = node.services.account.self() as Self
  const { person } = self
  const { records, persons, files } = node.services
  const words = await wordsOf(node)
  const entropy = await wordsToEntropy(words)
  if (!entropy.ok) throw new Error('words that are none')
  const state = (await persons.keyState(person))!
  const key = await locatorKey(entropy.value, node.platform.crypto)
  const shelf = new Map<string, Uint8Array>()
  for (const path of [PATHS.keys, PATHS.secret, PATHS.profile])
    shelf.set(nameOf(person, path), (await records.get(publicStorageKey(person, path)))!)
  shelf.set(base32Encode(key), (await records.get(key))!)
  const put = async (map: Map<string, Uint8Array>, cids: readonly Cid[]): Promise<void> => {
    for (const cid of cids) map.set(cidToString(cid), (await files.get(cidToString(cid)))!)
  }
  await put(
    shelf,
    packKeyEvents(state).blocks.map(({ cid }) => cid),
  )
  const names = {
    locator: base32Encode(key),
    keys: nameOf(person, PATHS.keys),
    secret: nameOf(person, PATHS.secret),
  }
  const sign = async (path: string, value: unknown, keyEvent: string, seq: number): Promise<Uint8Array> => {
    const now = node.platform.clock.now()
    return (await signPublic(self, { path, value, keyEvent, seq, days: 400 }, now)).bytes
  }
  return {
    node,
    person,
    words,
    entropy: entropy.value,
    shelf,
    names,
    async withKeys(next, seq = node.platform.clock.now() + 1) {
      const { list, blocks } = packKeyEvents(next)
      const map = new Map(shelf)
      map.set(names.keys, await sign(PATHS.keys, list, next.newest, seq))
      for (const { cid, bytes } of blocks) map.set(cidToString(cid), bytes)
      return map
    },
    secret: async ({ keyEvent = state.newest, seq = node.platform.clock.now() + 1, state: to = state }) =>
      sign(PATHS.secret, await sealSecret(node.platform, self, to), keyEvent, seq),
  }
}
