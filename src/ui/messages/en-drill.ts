/** The wipe drill in English. */
import type { DrillView, LostKind, LostThing } from '../../rpc/drill.ts'
import { byteSize, plural } from './plural.ts'

const size = byteSize('en')
const number = (count: number): string => new Intl.NumberFormat('en').format(count)
const things = plural('en', { one: '# thing', other: '# things' })
const seconds = plural('en', { one: '# second', other: '# seconds' })

const kinds: Record<LostKind, string> = {
  post: 'Post',
  reaction: 'Reaction',
  note: 'Note',
  picture: 'Picture',
  profile: 'Your name and face',
  settings: 'Settings',
  people: 'Whom you follow',
  other: 'Something else',
}

const untitled: Partial<Record<LostKind, string>> = { post: 'without words', note: 'without a title' }

const took = (milliseconds: number): string => seconds(Math.max(1, Math.round(milliseconds / 1000)))

export const drill = {
  heading: 'Wipe drill',
  lead: 'Tries it: with your words alone, and without anything of this browser, everything of yours is brought back from other people, compared with what is here, and thrown away again. Nothing of yours changes.',
  words: 'Your twelve words',
  device: 'The first drill puts a device called “Wipe drill” on your list of devices. It stays there for the next one.',
  go: 'Start the wipe drill',
  stop: 'Stop the drill',
  running: 'Wipe drill',
  done: 'Wipe drill finished',
  failed: 'Wipe drill stopped',
  asking: 'Looking for whoever keeps your things…',
  coming: (done: number, total: number) => `${number(done)} of ${number(total)} things are back`,
  yes: ({ milliseconds }: DrillView) => `Yes, everything came back. It took ${took(milliseconds)}.`,
  no: ({ lost, milliseconds }: DrillView) => `No: ${things(lost)} did not come back. It took ${took(milliseconds)}.`,
  nobody: 'No: nobody who is online now has what your words lead to, so nothing came back.',
  compared: ({ entries, blocks, bytes }: DrillView) =>
    `${things(entries + blocks)} came back as they are here, ${size(bytes)}.`,
  missing: 'What did not come back',
  thing: ({ kind, title, bytes }: LostThing) => {
    const name = title ? `“${title}”` : (untitled[kind] ?? '')
    return `${[kinds[kind], name].filter(Boolean).join(' ')} · ${size(bytes)}`
  },
  more: (count: number) => `and ${number(count)} more`,
  todo: 'Invite somebody, give more storage, or leave this open while others are online; then try again.',
}
