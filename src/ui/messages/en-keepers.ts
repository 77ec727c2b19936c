/** Keepers in English: whoever keeps everything of somebody, without being able to read what is private. */
import { byteSize } from './plural.ts'

const size = byteSize('en')

export const keepers = {
  heading: 'Keepers',
  lead: 'A keeper has a copy of everything of yours: posts and pictures, and also your notes, your settings and whom you follow. Those they cannot read. If this browser is wiped, your words bring all of it back from them.',
  none: 'You have no keeper yet. Ask somebody you trust whose device is often on, or a peer of your own.',
  choose: 'Somebody you follow',
  ask: 'Ask to keep',
  asked: (name: string) => `${name} is asked the next time you are both connected.`,
  nobody: 'Keepers are people you follow. To ask somebody else,',
  follow: 'follow them first',
  full: (limit: number) => `You have ${limit} keepers, which is as many as are possible.`,
  has: {
    all: 'Has everything',
    some: 'Has part of it, the rest is on its way',
    nothing: 'Has not agreed yet, or was not connected since',
  },
  seen: 'last heard of',
  dismiss: (name: string) => `Ask ${name} no longer`,
  dismissText:
    'Whom you ask no longer deletes their copy of your private things as soon as they hear of it. What is public stays with them.',
  asking: 'They ask you',
  asks: (name: string) => `${name} asks you to keep everything of theirs, private things too. You cannot read those.`,
  keepsFor: (name: string, bytes: number) => `You keep everything of ${name}: ${size(bytes)} of it private.`,
  refused: (name: string) => `You said no to ${name}.`,
  agree: 'Keep it for them',
  refuse: 'No',
  stop: 'Keep it no longer',
}
