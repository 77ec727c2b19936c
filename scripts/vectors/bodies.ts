/** The vectors of docs/protocol/75-node.md, what entries say: `npx tsx scripts/vectors/bodies.ts`. */
import { base32Encode, bytesToHex } from '../../src/core/bytes.ts'
import { encodeCbor } from '../../src/core/cbor.ts'
import { NoteType } from '../../src/node-worker/notes/note-entries.ts'
import { MAX_ABOUT_LENGTH, MAX_NAME_LENGTH, PROFILE } from '../../src/node-worker/person/profile.ts'
import { MAX_EMOJI_LENGTH, MAX_PICTURES, MAX_POST_LENGTH, PayloadType } from '../../src/node-worker/social/bodies.ts'
import { writeVector } from './write-vector.ts'

const TIME = 1_790_000_000_000
const PERSON = 'bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'
const FILE = 'bafyreigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi'

/** JSON has no bytes: `hex:` and their digits stand for them. */
const readable = (body: object): unknown =>
  JSON.parse(JSON.stringify(body, (_, value) => (value instanceof Uint8Array ? `hex:${bytesToHex(value)}` : value)))

const said = (name: string, type: string, body: object) => ({
  name,
  type,
  body: readable(body),
  hex: bytesToHex(encodeCbor(body)),
})
const refused = (name: string, type: string, body: unknown) => ({
  name,
  type,
  error: 'malformed',
  hex: bytesToHex(encodeCbor(body)),
})

const target = {
  person: PERSON,
  device: new Uint8Array(32).fill(5),
  log: 0,
  seq: 12,
  hash: new Uint8Array(64).fill(0xab),
}
const picture = { file: FILE, mediaType: 'image/png', width: 640, height: 480, alt: 'a walrus' }
const post = { text: 'Hello, world', time: TIME, pictures: [] }
const reaction = { target, emoji: '🎉', on: true, time: TIME }
const profile = { name: 'Ada', about: 'Counts.', time: TIME }
const forget = { target, time: TIME }
const note = base32Encode(new Uint8Array(16).fill(7))
const update = { note, update: Uint8Array.of(1, 2, 3), time: TIME }
const removal = { note, time: TIME }
const without = (body: Record<string, unknown>, field: string): object =>
  Object.fromEntries(Object.entries(body).filter(([key]) => key !== field))

await writeVector('bodies', {
  description:
    'Bodies of payloads by their type. `hex` is the dag-cbor of the body; in `body`, `hex:…` stands for bytes. Notes are sealed before they become payloads: here they are open. A refused body leaves its entry standing and is shown to nobody.',
  cases: [
    said('a post', PayloadType.post, post),
    said('a reply with a picture', PayloadType.post, { ...post, text: '', pictures: [picture], reply: target }),
    said('an imported post', PayloadType.post, {
      ...post,
      source: { title: 'A feed', url: 'https://feed.example.org/1', guid: 'tag:feed.example.org,2026:1' },
    }),
    said('a reaction', PayloadType.reaction, reaction),
    said('a reaction taken back', PayloadType.reaction, { ...reaction, on: false }),
    said('a profile', PROFILE, profile),
    said('a profile with a picture', PROFILE, { ...profile, avatar: FILE }),
    said('a forget', PayloadType.forget, forget),
    said('a change of a note', NoteType.update, update),
    said('the end of a note', NoteType.delete, removal),
  ],
  refused: [
    refused('a post of nothing', PayloadType.post, { ...post, text: '' }),
    refused('a post too long', PayloadType.post, { ...post, text: 'x'.repeat(MAX_POST_LENGTH + 1) }),
    refused('a post with a field more', PayloadType.post, { ...post, more: 1 }),
    refused('a post without a time', PayloadType.post, without(post, 'time')),
    refused('a post with too many pictures', PayloadType.post, {
      ...post,
      pictures: Array.from({ length: MAX_PICTURES + 1 }, () => picture),
    }),
    refused('a picture that can run', PayloadType.post, {
      ...post,
      pictures: [{ ...picture, mediaType: 'image/svg+xml' }],
    }),
    refused('a reply to no person', PayloadType.post, { ...post, reply: { ...target, person: 'somebody' } }),
    refused('a reaction of letters', PayloadType.reaction, { ...reaction, emoji: 'like' }),
    refused('a reaction too long', PayloadType.reaction, { ...reaction, emoji: '🎉'.repeat(MAX_EMOJI_LENGTH) }),
    refused('a reaction to a hash of 63 bytes', PayloadType.reaction, {
      ...reaction,
      target: { ...target, hash: target.hash.subarray(1) },
    }),
    refused('a name too long', PROFILE, { ...profile, name: 'x'.repeat(MAX_NAME_LENGTH + 1) }),
    refused('too much about oneself', PROFILE, { ...profile, about: 'x'.repeat(MAX_ABOUT_LENGTH + 1) }),
    refused('an avatar that is no CID', PROFILE, { ...profile, avatar: 'https://example.org/a.png' }),
    refused('a forget of nothing', PayloadType.forget, { time: TIME }),
    refused('a forget at a time before all times', PayloadType.forget, { ...forget, time: -1 }),
    refused('a note by another spelling of its id', NoteType.update, { ...update, note: note.toUpperCase() }),
    refused('a change that is no bytes', NoteType.update, { ...update, update: 'text' }),
    refused('an end with a field more', NoteType.delete, { ...removal, more: 1 }),
  ],
})
