/** Failures in words, for a terminal. */
import type { KithError, MyLinkView } from '../host/api.ts'

const WORDS: { readonly [T in KithError['type']]?: string } = {
  'no-person': 'There is no person in this folder yet. Make one: kith create NAME',
  'person-exists': 'There is a person in this folder already. Use another folder: --data DIR',
  'wrong-words': 'These are not twelve recovery words.',
  'words-do-not-fit': 'These words belong to another person than the archive.',
  'person-not-found':
    'Nobody who is online now keeps what these words lead to. Compare the words with your paper, name the host where you used to meet (--host URL), and try again when somebody who follows you is online.',
  'keys-unproven': 'You were found, but nobody handed out keys of yours that hold. Try again when others are online.',
  'person-contested':
    'Somebody else has used these words: there are two versions of your keys. Go on with a device that still runs, or restore from a file exported before.',
  'not-your-words': 'These words are not those of the person in this folder.',
  'words-replaced': 'These words were replaced by newer ones.',
  'too-many-devices': 'This person has as many devices as a person can have. Go on with one of those.',
  'too-many-key-events': 'No more devices can be added for this person. Go on with one of the others.',
  'storage-full': 'The disk is full. Nothing was changed.',
  'no-storage': 'The folder cannot be written to.',
  'in-use': 'Another process holds this folder.',
  'newer-version': 'This folder was written by a newer version of Kith.',
  'bad-link': 'That is no link, code or id of a person.',
  'own-link': 'That is your own link.',
  'share-ended': 'This is no longer shared. Ask whoever shared it for a new link.',
  'read-only-link': 'This link is for reading only.',
  'no-host': 'There is no host at which others could ask. Name one: --host URL',
  'not-followed': 'Keepers are people you follow. Follow them first: kith follow LINK',
  'too-many-reactions': 'No more reactions fit on this post.',
  empty: 'There is nothing in it.',
  'not-found': 'It is not here, and nobody who is connected has it.',
  'keys-lost':
    'The keys of this folder (device-keys.json) are gone. Its posts and notes are still here and untouched, but nobody can write as this person. Bring the person back with the twelve words in KITH_WORDS: kith restore',
  'node-lost': 'The peer does not answer.',
  aborted: 'It was stopped before its end.',
}

const SECRETS: { readonly [R in Extract<KithError, { type: 'secret-missing' }>['reason']]: string } = {
  nobody:
    'You were found, but nobody who is online keeps your sealed account secret. Try again when others are online.',
  older: 'Only an older account secret was found than your keys speak of. Try again when others are online.',
  newer:
    'Somebody knows of newer keys of yours than were found. Try again when others are online, or name another host.',
  sealed: 'These words do not open your account secret. If you made new words, use those.',
}

const SHARE_LINKS: { readonly [R in Extract<KithError, { type: 'bad-share-link' }>['reason']]: string } = {
  none: 'That is no link to something shared.',
  damaged: 'This link is damaged: a part of it is missing or changed.',
  newer: 'This link was made by a newer version of Kith.',
}

const UNREADABLE: { readonly [R in Extract<KithError, { type: 'share-unreadable' }>['reason']]: string } = {
  damaged: 'What this link shows is damaged: it is signed, and does not open.',
  newer: 'What this link shows was written by a newer version of Kith.',
  missing: 'It was found, but the device that has the whole text went away. Try again later.',
}

/** What to tell about a failure. */
export function inWords(error: KithError): string {
  if (error.type === 'wrong-words' && error.index !== undefined) return `Word ${error.index + 1} is not in the list.`
  if (error.type === 'bad-file')
    return `This file cannot be read as a feed, a fortune file or an archive: ${error.reason}`
  if (error.type === 'secret-missing') return SECRETS[error.reason]
  if (error.type === 'person-not-found' && error.answered === 0)
    return 'No host answers. Look whether you are online, or name another one: --host URL'
  if (error.type === 'bad-share-link') return SHARE_LINKS[error.reason]
  if (error.type === 'share-unreadable') return UNREADABLE[error.reason]
  if (error.type === 'share-not-found')
    return error.answered === 0
      ? 'No host answers. Look whether you are online, or name another one: --host URL'
      : 'Nobody who is online now has what this link shows. Ask whoever shared it to open Kith.'
  if (error.type === 'too-many-keepers') return `There are ${error.limit} keepers, which is as many as are possible.`
  if (error.type === 'out-of-range') return `Not so many ${error.what}: from ${error.least} to ${error.most}.`
  if (error.type === 'too-large') return `Too large: at most ${error.limit} (${error.what}).`
  if (error.type === 'bad-host') return `Not a host: ${error.reason}`
  if (error.type === 'internal') return `Something in Kith went wrong: ${error.message}`
  return WORDS[error.type] ?? error.type
}

const LINK_WARNINGS: { readonly [W in NonNullable<MyLinkView['warning']>]: string } = {
  localhost: 'This link works on this machine only. Name the address that others use: --public-url URL',
  'no-host':
    'This link names no host, so only people who are connected already can use it. Ask again while a peer runs, or name an address: --public-url URL',
}

/** What is wrong with a link. */
export const linkWarning = (warning: NonNullable<MyLinkView['warning']>): string => LINK_WARNINGS[warning]
