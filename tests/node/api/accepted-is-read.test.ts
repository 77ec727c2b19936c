import { expect } from 'chai'
import fc from 'fast-check'
import { applyUpdate, Doc, encodeStateAsUpdate } from 'yjs'
import { MAX_PIXELS } from '../../../src/core/blocks/manifest.ts'
import { MAX_ALT_LENGTH, MAX_PAYLOAD_BYTES } from '../../../src/core/limits.ts'
import { MAX_NOTE_UPDATE_BYTES } from '../../../src/node-worker/notes/note-entries.ts'
import { MAX_ABOUT_LENGTH, MAX_NAME_LENGTH } from '../../../src/node-worker/person/profile.ts'
import { MAX_HOSTS } from '../../../src/node-worker/person/settings.ts'
import { MAX_EMOJI_LENGTH, MAX_PICTURES, MAX_POST_LENGTH } from '../../../src/node-worker/social/bodies.ts'
import { MAX_MARKS_PER_PERSON } from '../../../src/node-worker/social/rows.ts'
import type { PictureInput, Requests } from '../../../src/rpc/contract.ts'
import { describe, it } from '../../support/runner.ts'
import { replicate, startNode, type TestNode } from '../../support/test-node.ts'
import { carry, startSecondDevice } from '../transfer/second-device.ts'

const RUNS = 20

/** Texts about as long as a limit, of one, two and three bytes a unit, of pairs, and of halves of pairs. */
const textAround = (limit: number): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom('x', 'é', '世', '\u{1f333}', '\ud83c', ' ', '\r\n', '\0'),
      fc.oneof(fc.nat({ max: 3 }), fc.constantFrom(limit - 1, limit, limit + 1, limit * 8)),
    )
    .map(([unit, length]) => unit.repeat(Math.ceil(length / unit.length)))

const sizes = fc.constantFrom(0, 1, 640, MAX_PIXELS, MAX_PIXELS + 1, -1, 0.5, Number.NaN)

const picture: fc.Arbitrary<PictureInput> = fc.record({
  bytes: fc.uint8Array({ maxLength: 40 }),
  mediaType: fc.constantFrom('image/png', 'image/webp', 'image/svg+xml' as 'image/png', '' as 'image/png'),
  width: sizes,
  height: sizes,
  alt: textAround(MAX_ALT_LENGTH),
})
const goodPicture = fc.record({
  bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  mediaType: fc.constant('image/png' as const),
  width: fc.constantFrom(0, 1, MAX_PIXELS),
  height: fc.constant(1),
  alt: textAround(MAX_ALT_LENGTH - 1),
})
const times = fc.constantFrom(undefined, -1, 0.5, Number.NaN, 0, Number.MAX_VALUE)

/** Halves of pairs are no text: they reach others as replacement characters, which are as long. */
const sent = (text: string): string => new TextDecoder().decode(new TextEncoder().encode(text))

const startReader = async (author: TestNode, person: string): Promise<TestNode> => {
  const reader = await startNode('reader of what is accepted')
  await reader.get('create-person', { name: 'Reader' })
  reader.platform.clock.set(author.platform.clock.now())
  await reader.get('follow', { link: person })
  return reader
}

/** Nothing that was not accepted may be a bug: it has a reason in words. */
const ask = async <N extends keyof Requests>(node: TestNode, name: N, input: Requests[N]['in'], time?: number) => {
  node.platform.clock.advance(1000)
  const result = await node.ask(name, input, time === undefined ? {} : { time })
  if (!result.ok) expect(result.error.type).to.not.equal('internal', JSON.stringify(result.error))
  return result
}

describe('what a request accepts', () => {
  it('[N34] as a post is shown to its readers', async () => {
    const author = await startNode('author of posts')
    const { person } = await author.get('create-person', { name: 'Author' })
    const reader = await startReader(author, person)
    const pictures = fc.array(fc.oneof(goodPicture, picture), { maxLength: MAX_PICTURES + 1 })
    await fc.assert(
      fc.asyncProperty(textAround(MAX_POST_LENGTH), pictures, times, async (text, chosen, time) => {
        const published = await ask(author, 'publish-post', { text, pictures: chosen }, time)
        if (!published.ok) return
        await replicate(author, reader, person)
        const { entry } = published.value
        for (const node of [author, reader]) {
          const { post } = await node.query('thread', { entry })
          expect(sent(post?.text ?? 'not shown')).to.equal(sent(text.replace(/\r\n?/g, '\n').trim()))
          expect(post?.pictures.map(({ alt }) => sent(alt))).to.deep.equal(chosen.map(({ alt }) => sent(alt)))
        }
      }),
      { numRuns: RUNS },
    )
    await author.stop()
    await reader.stop()
  })

  it('[N34] a description that is too long, and all together too long, are refused by name', async () => {
    const author = await startNode('author of long things')
    await author.get('create-person', { name: 'Author' })
    const of = (alt: string): PictureInput =>
      ({ bytes: Uint8Array.of(1), mediaType: 'image/png', width: 1, height: 1, alt }) as const
    const refused = async (text: string, alts: readonly string[]) =>
      ask(author, 'publish-post', { text, pictures: alts.map(of) })
    for (const length of [MAX_ALT_LENGTH + 1, 70_000]) {
      expect(await refused('', ['x'.repeat(length)])).to.deep.equal({
        ok: false,
        error: { type: 'too-large', what: 'alt', limit: MAX_ALT_LENGTH },
      })
    }
    const alts = Array.from({ length: MAX_PICTURES }, () => '世'.repeat(MAX_ALT_LENGTH))
    expect(await refused('世'.repeat(MAX_POST_LENGTH), alts)).to.deep.equal({
      ok: false,
      error: { type: 'too-large', what: 'entry', limit: MAX_PAYLOAD_BYTES },
    })
    expect((await author.query('home', { limit: 9 })).posts).to.deep.equal([])
    expect((await refused('x', alts)).ok).to.equal(true)
    await author.stop()
  })

  it('[N34] as a reaction is counted by its readers', async () => {
    const author = await startNode('author of reactions')
    const { person } = await author.get('create-person', { name: 'Author' })
    const { entry } = await author.get('publish-post', { text: 'react', pictures: [] })
    const reader = await startReader(author, person)
    const emoji = fc.oneof(
      fc.constantFrom('🌳', '🇫🇷', 'x', '', ' ', `${'🌳'.repeat(MAX_EMOJI_LENGTH / 2)}`, '🌳'.repeat(40), '\ud83c'),
      fc.integer({ min: 0x1f600, max: 0x1f640 }).map((point) => String.fromCodePoint(point)),
    )
    const accepted = new Set<string>()
    await fc.assert(
      fc.asyncProperty(emoji, times, async (text, time) => {
        const reacted = await ask(author, 'react', { entry, emoji: text, on: true }, time)
        if (reacted.ok) accepted.add(text)
        await replicate(author, reader, person)
        for (const node of [author, reader]) {
          const { post } = await node.query('thread', { entry })
          expect(post?.reactions.map((reaction) => reaction.emoji)).to.have.members([...accepted])
        }
      }),
      { numRuns: RUNS },
    )
    for (let i = 0; i < MAX_MARKS_PER_PERSON; i++)
      await ask(author, 'react', { entry, emoji: String.fromCodePoint(0x1f300 + i), on: true })
    expect(await ask(author, 'react', { entry, emoji: '🦆', on: true })).to.deep.equal({
      ok: false,
      error: { type: 'too-many-reactions', limit: MAX_MARKS_PER_PERSON },
    })
    await author.stop()
    await reader.stop()
  })

  it('[N34] as a profile is shown to its readers', async () => {
    const author = await startNode('author of profiles')
    const { person } = await author.get('create-person', { name: 'Author' })
    const reader = await startReader(author, person)
    const avatar = fc.option(fc.oneof(goodPicture, picture), { nil: null })
    await fc.assert(
      fc.asyncProperty(textAround(MAX_NAME_LENGTH), textAround(MAX_ABOUT_LENGTH), avatar, async (name, about, face) => {
        const saved = await ask(author, 'save-profile', { name, about, avatar: face })
        if (!saved.ok) return
        await replicate(author, reader, person)
        const shown = reader.services.persons.get(person)!.profile!
        expect(shown.name).to.equal(sent(name.trim().replace(/\s+/g, ' ')))
        expect(shown.about).to.equal(sent(about.trim()))
        expect(shown.avatar !== undefined).to.equal(face !== null)
      }),
      { numRuns: RUNS },
    )
    await author.stop()
    await reader.stop()
  })

  it('[N34] as a petname, a setting or a note is there on the other devices of the person', async () => {
    const first = await startNode('first device accepts')
    const { person } = await first.get('create-person', { name: 'Author' })
    const friend = await startNode('friend with a petname')
    const f = (await friend.get('create-person', { name: 'Friend' })).person
    await first.get('follow', { link: f })
    const { note } = await first.get('create-note', {})
    const second = await startSecondDevice(first)
    const host = fc.oneof(
      fc.constantFrom(
        'https://a.example',
        'HTTPS://B.example/',
        'http://localhost:8080',
        'ftp://x',
        '',
        'x'.repeat(300),
      ),
      fc.nat({ max: 20 }).map((n) => `https://h${n}.example`),
    )
    const settings = fc.record(
      {
        theme: fc.constantFrom('system' as const, 'light' as const, 'dark' as const),
        hosts: fc.array(host, { maxLength: MAX_HOSTS + 2 }),
        publicUrl: host,
      },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(textAround(MAX_NAME_LENGTH), settings, async (petname, chosen) => {
        const named = await ask(first, 'set-petname', { person: f, petname })
        const saved = await ask(first, 'save-settings', chosen)
        await carry(first, second, person)
        if (named.ok) expect(second.services.persons.get(f)?.petname ?? '').to.equal(sent(petname.trim()))
        if (!saved.ok) return
        // Views of settings follow a commit; they are waited for.
        const followed = second.live('settings', {})
        const { theme, hosts = [] } = chosen
        await followed.until((view) => hosts.every((one) => view.hosts.includes(one.toLowerCase().replace(/\/$/, ''))))
        await followed.until((view) => theme === undefined || view.theme === theme)
        followed.end()
      }),
      // Nothing to save is nothing wrong.
      { numRuns: RUNS, examples: [['', {}]] },
    )
    const doc = new Doc()
    const write = (text: string) => {
      const copy = new Doc()
      applyUpdate(copy, encodeStateAsUpdate(doc))
      copy.getText('body').insert(0, text)
      return ask(first, 'update-note', { note, update: encodeStateAsUpdate(copy) })
    }
    expect((await write('n'.repeat(MAX_NOTE_UPDATE_BYTES - 200))).ok).to.equal(true)
    expect(await write('n'.repeat(MAX_NOTE_UPDATE_BYTES))).to.have.nested.property('error.what', 'note')
    await carry(first, second, person)
    const read = async (node: TestNode): Promise<string> => {
      const copy = new Doc()
      applyUpdate(copy, (await node.query('note', { note }))!.update)
      return copy.getText('body').toString()
    }
    expect(await read(second)).to.have.length(MAX_NOTE_UPDATE_BYTES - 200)
    expect(await read(second)).to.equal(await read(first))
    for (const node of [first, second, friend]) await node.stop()
  })
})
