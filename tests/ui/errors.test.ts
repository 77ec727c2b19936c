import { expect } from 'chai'
import type { KithError, KithErrorType } from '../../src/rpc/errors.ts'
import { t } from '../../src/ui/messages/index.ts'
import { afterEach, describe, it } from '../support/runner.ts'
import { createFakeNode } from './support/fake-node.ts'
import { mountPage, mountWith, textOf, unmount } from './support/mount.ts'
import '../../src/ui/elements/failure.ts'

/** Each type in each of its forms; a new type does not compile until it stands here. */
const examples: { readonly [T in KithErrorType]: readonly Extract<KithError, { type: T }>[] } = {
  'no-person': [{ type: 'no-person' }],
  'person-exists': [{ type: 'person-exists' }],
  'wrong-words': [{ type: 'wrong-words' }, { type: 'wrong-words', index: 3 }],
  'words-do-not-fit': [{ type: 'words-do-not-fit' }],
  'person-not-found': [
    { type: 'person-not-found', asked: 2, answered: 0 },
    { type: 'person-not-found', asked: 2, answered: 1 },
  ],
  'keys-unproven': [{ type: 'keys-unproven' }],
  'person-contested': [{ type: 'person-contested' }],
  'not-your-words': [{ type: 'not-your-words' }],
  'words-replaced': [{ type: 'words-replaced' }],
  'secret-missing': (['nobody', 'older', 'newer', 'sealed'] as const).map((reason) => ({
    type: 'secret-missing',
    reason,
  })),
  'too-many-devices': [{ type: 'too-many-devices', limit: 32 }],
  'too-many-key-events': [{ type: 'too-many-key-events', limit: 512 }],
  'storage-full': [{ type: 'storage-full' }, { type: 'storage-full', used: 1_900_000, quota: 2_000_000 }],
  'no-storage': [{ type: 'no-storage' }],
  'in-use': [{ type: 'in-use' }],
  'newer-version': [{ type: 'newer-version' }],
  'bad-link': [{ type: 'bad-link' }],
  'own-link': [{ type: 'own-link' }],
  'bad-share-link': (['none', 'damaged', 'newer'] as const).map((reason) => ({ type: 'bad-share-link', reason })),
  'share-not-found': [
    { type: 'share-not-found', asked: 2, answered: 0 },
    { type: 'share-not-found', asked: 2, answered: 1 },
  ],
  'share-ended': [{ type: 'share-ended' }],
  'share-unreadable': (['damaged', 'newer', 'missing'] as const).map((reason) => ({
    type: 'share-unreadable',
    reason,
  })),
  'read-only-link': [{ type: 'read-only-link' }],
  'no-host': [{ type: 'no-host' }],
  'not-followed': [{ type: 'not-followed' }],
  'too-many-keepers': [{ type: 'too-many-keepers', limit: 8 }],
  'too-large': (['post', 'name', 'about', 'picture', 'alt', 'file', 'note', 'entry', 'share'] as const).map((what) => ({
    type: 'too-large',
    what,
    limit: 65_536,
  })),
  'out-of-range': [
    { type: 'out-of-range', what: 'slots', least: 0, most: 4_096 },
    { type: 'out-of-range', what: 'copies', least: 1, most: 64 },
  ],
  'too-many-reactions': [{ type: 'too-many-reactions', limit: 12 }],
  empty: [
    { type: 'empty', what: 'post' },
    { type: 'empty', what: 'name' },
  ],
  'not-found': (['post', 'person', 'picture', 'note', 'file', 'job', 'device', 'share'] as const).map((what) => ({
    type: 'not-found',
    what,
  })),
  'not-yours': [{ type: 'not-yours' }],
  'bad-file': [{ type: 'bad-file', reason: 'no root element' }],
  'bad-picture': [{ type: 'bad-picture' }],
  'bad-host': [{ type: 'bad-host', reason: 'plain http to another machine' }],
  unsupported: (['secure-context', 'ed25519', 'x25519', 'indexeddb', 'workers', 'locks'] as const).map((feature) => ({
    type: 'unsupported',
    feature,
  })),
  'foreign-storage': [
    ...(
      [
        'bad-address',
        'locked',
        'wrong-key',
        'wrong-region',
        'clock-skewed',
        'no-bucket',
        'refused',
        'closed-to-pages',
        'unreachable',
        'redirected',
        'full',
        'busy',
        'wrong-bytes',
        'unexpected',
      ] as const
    ).map((reason) => ({ type: 'foreign-storage', reason }) as const),
    { type: 'foreign-storage', reason: 'bad-address', detail: 'bucket' },
    { type: 'foreign-storage', reason: 'wrong-region', detail: 'eu-north-1' },
    { type: 'foreign-storage', reason: 'clock-skewed', seconds: -90_000 },
  ],
  'no-key-storage': [{ type: 'no-key-storage' }],
  'device-spent': [{ type: 'device-spent' }],
  'other-tab': [{ type: 'other-tab' }],
  'keys-lost': [{ type: 'keys-lost' }],
  'node-lost': [{ type: 'node-lost' }],
  aborted: [{ type: 'aborted' }],
  internal: [{ type: 'internal', message: 'TypeError: x is not a function' }],
}
const all: readonly KithError[] = Object.values(examples).flat()

describe('failures in words', () => {
  afterEach(unmount)

  for (const error of all) {
    it(`[U2] ${JSON.stringify(error)} says what happened, what it means, what to do`, async () => {
      const words = t.errorWords(error)
      for (const sentence of [words.what, words.means, words.todo]) {
        expect(sentence).to.match(/\S{2,}/)
        expect(sentence).to.not.match(/undefined|\[object|NaN|0x|\bCID\b|\bpeer\b/i)
      }
      await mountWith(createFakeNode(), 'kith-failure', { error })
      expect(textOf()).to.contain(words.what)
      expect(textOf()).to.contain(words.todo)
    })
  }

  it('[U2] exact terms stand behind Details', async () => {
    await mountWith(createFakeNode(), 'kith-failure', { error: { type: 'internal', message: 'boom' } })
    const details = document.querySelector('kith-failure')?.shadowRoot?.querySelector('details')
    expect(details?.open).to.equal(false)
    expect(details?.textContent).to.contain('boom')
  })

  it('[U2] each page shows a failing query in words', async () => {
    const queries = {
      '/people': 'people',
      '/notes': 'notes',
      '/you/storage': 'storage',
      '/you/devices': 'devices',
      '/': 'home',
      '/connection': 'connection',
    } as const
    for (const [path, query] of Object.entries(queries)) {
      const node = createFakeNode()
      node.failQuery(query, { type: 'node-lost' })
      await mountPage(path, node)
      expect(textOf(), path).to.contain(t.errorWords({ type: 'node-lost' }).what)
    }
  })
})
