/**
 * Every failure in English: what happened, what it means for the person's things, what to do. `details` holds the
 * exact terms, one tap away. The type makes the table exhaustive.
 */
import type { KithError, KithErrorType } from '../../rpc/errors.ts'
import { foreignError } from './en-foreign.ts'
import { badShareLink, noHost, readOnlyLink, shareEnded, shareNotFound, shareUnreadable } from './en-sharing.ts'
import { byteSize } from './plural.ts'

/** One failure in words. */
export interface ErrorWords {
  readonly what: string
  readonly means: string
  readonly todo: string
  readonly details?: string
}
type Table = { readonly [T in KithErrorType]: (error: Extract<KithError, { type: T }>) => ErrorWords }

const size = byteSize('en')
/** Bytes of a slot. */
const SLOT = 262_144
const things: Record<Extract<KithError, { type: 'too-large' }>['what'], string> = {
  post: 'post',
  name: 'name',
  about: 'text about you',
  picture: 'picture',
  alt: 'description of a picture',
  file: 'file',
  note: 'note',
  entry: 'post, together with the descriptions of its pictures,',
  share: 'text that is written through a link',
}
const inBytes = new Set(['picture', 'file', 'entry', 'share'])
const newest = 'Chrome or Edge 137, Firefox 130, Safari 17.5, or anything newer'

const limit = (error: Extract<KithError, { type: 'too-large' }>): string =>
  inBytes.has(error.what) ? size(error.limit) : `${error.limit} characters`

const missing: Record<Extract<KithError, { type: 'not-found' }>['what'], string> = {
  post: 'This post is not here',
  person: 'Nothing is known about this person here yet',
  picture: 'This picture is not here yet',
  note: 'There is no such note here',
  file: 'This file is not here',
  job: 'This piece of work is over',
  device: 'This device is not on your list any more',
  share: 'This is not shared any more',
}

const unsupported: Record<Extract<KithError, { type: 'unsupported' }>['feature'], ErrorWords> = {
  'secure-context': {
    what: 'This page was opened over plain http from another machine',
    means: 'Browsers lend their cryptography only to secure pages, so nothing can be signed or kept here.',
    todo: 'Whoever runs this host can start it with --cert and --key, or put it behind an https proxy and name the address with --public-url. On the machine itself, http://localhost works.',
    details: 'window.isSecureContext is false; WebCrypto, service workers and Web Locks need https or localhost.',
  },
  ed25519: {
    what: 'This browser cannot sign yet',
    means: 'Kith signs everything you write so that nobody can change it. Nothing was stored.',
    todo: `Update the browser: ${newest}.`,
    details: 'WebCrypto has no Ed25519.',
  },
  x25519: {
    what: 'This browser cannot agree on keys yet',
    means: 'Without that, nothing could be sent encrypted. Nothing was stored.',
    todo: `Update the browser: ${newest}.`,
    details: 'WebCrypto has no X25519.',
  },
  indexeddb: {
    what: 'This browser offers no storage here',
    means: 'What you write could not be kept.',
    todo: 'Leave the private window, or allow this site to store data, then load the page again.',
    details:
      'IndexedDB is missing or refused. Chrome and Safari have it in private windows as well, Firefox since version 115.',
  },
  workers: {
    what: 'This browser runs no background workers',
    means: 'Kith keeps your things and your connections in one.',
    todo: `Update the browser: ${newest}.`,
    details: 'Neither SharedWorker (Chrome 4, Chrome for Android 148, Firefox 29, Safari 16) nor module Worker exists.',
  },
  locks: {
    what: 'This browser cannot keep its tabs apart',
    means: 'Two tabs could write over each other, so Kith does not start.',
    todo: `Update the browser: ${newest}.`,
    details: 'navigator.locks is missing (Chrome 69, Firefox 96, Safari 15.4).',
  },
}

const secretMissing: Record<Extract<KithError, { type: 'secret-missing' }>['reason'], ErrorWords> = {
  nobody: {
    what: 'You were found, but the lock of your private things was not',
    means: 'Nothing was changed. Without it your notes and settings could not be read, now or later.',
    todo: 'Try again when a device of yours or another of the people who follow you is online. An exported file works as well.',
    details: 'Nobody handed out a record at /secret that a device of yours has signed.',
  },
  older: {
    what: 'Only an older lock of your private things was found',
    means: 'Nothing was changed. A device was removed since, and what was written after that is under a newer lock.',
    todo: 'Try again when a device of yours is online, or somebody who was online since then.',
    details: 'The account secret is of an earlier epoch than the key events speak of.',
  },
  newer: {
    what: 'Somebody knows of newer keys of yours than could be found',
    means: 'Nothing was changed: a device that is added behind older keys would not be believed.',
    todo: 'Try again when a device of yours or more of the people who follow you are online, or name another host.',
    details: 'A record at /secret names a key event that nobody handed out.',
  },
  sealed: {
    what: 'Your words do not open your private things',
    means: 'Nothing was changed. What was found is sealed to other words, or damaged.',
    todo: 'If you made new words, type those. Otherwise try again when another device of yours is online.',
    details: 'The newest record at /secret has no box that the key of these words opens.',
  },
}

/** Words for each type of failure. */
export const errors: Table = {
  'no-person': () => ({
    what: 'Nobody is signed in here yet',
    means: 'Nothing was lost: there was nothing to change.',
    todo: 'Go to the start page and tell Kith your name.',
  }),
  'person-exists': () => ({
    what: 'Somebody is signed in here already',
    means: 'Everything of theirs is untouched.',
    todo: 'To use your words here, open Kith in another browser profile.',
  }),
  'wrong-words': ({ index }) => ({
    what: index === undefined ? 'These twelve words do not belong together' : `Word ${index + 1} is not one Kith uses`,
    means: 'Nothing was changed. The words are checked before anything else happens.',
    todo: 'Compare them with your paper, in order. Often it is one letter, or two words swapped.',
    details: 'BIP39 English word list, twelve words with a checksum.',
  }),
  'words-do-not-fit': () => ({
    what: 'The words and the file belong to different people',
    means: 'Nothing was restored and nothing was changed.',
    todo: 'Choose the file that was exported by the person these words belong to.',
  }),
  'person-not-found': ({ asked, answered }) => ({
    what: answered === 0 ? 'No host answers' : 'Nobody who is online now keeps your things',
    means: 'Nothing was changed. What your words lead to is still wherever it was.',
    todo:
      answered === 0
        ? 'Look whether you are online, or name another host: the address that your old links begin with.'
        : 'Compare the words with your paper once more. Then ask somebody who follows you to open Kith, name the host where you used to meet, and try again.',
    details: `${answered} of ${asked} hosts answered; none named a device that holds the locator of these words.`,
  }),
  'keys-unproven': () => ({
    what: 'You were found, but nobody can prove your keys',
    means: 'Nothing was changed. What was handed out was damaged or not yours, so Kith took none of it.',
    todo: 'Try again when more of the people who follow you are online, or name another host. An exported file works as well.',
    details: 'No chain of key events was found that begins with your inception and holds to its end.',
  }),
  'person-contested': () => ({
    what: 'Somebody else has used your words',
    means:
      'There are two versions of your keys, and nothing here can tell which one was first. Nothing was changed: your people still see the version they knew first.',
    todo: 'Go on with a device on which Kith still runs, or restore from a file you exported before. Your words are no secret any more: destroy them.',
    details: 'Two rotations spend one commitment of the root key (rules I10, I11).',
  }),
  'not-your-words': () => ({
    what: 'These are not your words',
    means: 'Nothing was changed. The words are fine, but they are not those of the person who is signed in here.',
    todo: 'Type your own twelve words, the newest if you ever made new ones.',
  }),
  'words-replaced': () => ({
    what: 'These words were replaced by new ones',
    means: 'Nothing was changed. They lead to you, but they no longer open anything.',
    todo: 'Type the newer twelve words.',
    details: 'The newest key events name another recovery key than that of these words.',
  }),
  'secret-missing': ({ reason }) => secretMissing[reason],
  'too-many-devices': ({ limit }) => ({
    what: `You have ${limit} devices already`,
    means: 'Nothing was restored here. Your other devices and everything on them are untouched.',
    todo: `Go on with one of those: a person can have ${limit} devices at a time.`,
    details: `MAX_DEVICES is ${limit}; each browser profile and each host process counts as one.`,
  }),
  'too-many-key-events': ({ limit }) => ({
    what: 'No more devices can be added for you',
    means: 'Nothing was restored here. Your other devices and everything on them are untouched.',
    todo: 'Go on with one of your other devices.',
    details: `The chain of key events has reached its ${limit} events.`,
  }),
  'storage-full': ({ used, quota }) => ({
    what: 'The storage of this browser is full',
    means: 'This change was not saved. Everything from before is still here and can be read.',
    todo: 'Free some space on this device, or delete a few posts with pictures, then try again.',
    ...(used !== undefined && quota !== undefined ? { details: `${size(used)} of ${size(quota)} used.` } : {}),
  }),
  'no-storage': () => ({
    what: 'This browser lets Kith keep nothing',
    means: 'What you write would be gone with the window, so Kith does not start.',
    todo: 'Leave the private window, or allow this site to store data, then load the page again.',
    details:
      'IndexedDB cannot be opened here. Chrome and Safari have it in private windows as well, Firefox since version 115.',
  }),
  'in-use': () => ({
    what: 'Another version of Kith is open in this browser',
    means: 'Your things are safe. Only one version may write to them at a time.',
    todo: 'Press “Change over” in the other tabs of Kith, or close them; this one then goes on by itself.',
  }),
  'other-tab': () => ({
    what: 'Kith is open in another tab',
    means: 'Your things are safe. This browser cannot share one Kith among several tabs.',
    todo: 'Go on in the other tab, or close it; this one then goes on by itself.',
    details:
      'Neither SharedWorker (Chrome 4, Chrome for Android 148, Firefox 29, Safari 16) nor a service worker (Chrome 40, Firefox 44, Safari 11.1; not in every private window) is there to pass ports between tabs.',
  }),
  'newer-version': () => ({
    what: 'Your things were saved by a newer Kith',
    means: 'They are safe. This older version leaves them alone so as not to damage them.',
    todo: 'Load the page again to get the newest version. If it stays like this, ask whoever runs this host to update it.',
  }),
  'bad-link': () => ({
    what: 'This is not a link or code of a person',
    means: 'Nothing was changed.',
    todo: 'Ask them to press “Copy my link” and send you the whole of it.',
  }),
  'own-link': () => ({
    what: 'This is your own link',
    means: 'You follow yourself already, so to speak.',
    todo: 'Send it to somebody else, and paste theirs here.',
  }),
  'not-followed': () => ({
    what: 'You do not follow this person',
    means: 'Nothing was changed.',
    todo: 'Keepers are people you follow. Follow them first.',
  }),
  'too-many-keepers': (error) => ({
    what: 'You have as many keepers as are possible',
    means: 'Nobody was asked.',
    todo: `At most ${error.limit}. Ask one of them no longer, then there is room for another.`,
  }),
  'too-large': (error) => ({
    what: `This ${things[error.what]} is too long or too large`,
    means: 'It was not saved; what you typed is still here.',
    todo: `Make it smaller than ${limit(error)}.`,
  }),
  'too-many-reactions': (error) => ({
    what: 'No more reactions fit on this post',
    means: 'Yours was not saved.',
    todo: `At most ${error.limit} are counted. Choose one that you gave before.`,
  }),
  empty: ({ what }) => ({
    what: what === 'post' ? 'There is nothing in this post yet' : 'A name needs at least one letter',
    means: 'Nothing was saved.',
    todo: what === 'post' ? 'Write something or add a picture.' : 'Type the name your friends know you by.',
  }),
  'not-found': ({ what }) => ({
    what: missing[what],
    means: 'It may be on its way, or it was deleted by its author.',
    todo: 'Leave Kith open: it comes by itself when somebody who has it is connected.',
  }),
  'not-yours': () => ({
    what: 'Only its author can change this',
    means: 'Nothing was changed.',
    todo: 'You can block its author to stop seeing it.',
  }),
  'bad-file': ({ reason }) => ({
    what: 'Kith cannot read this file',
    means: 'Nothing was added and nothing was changed.',
    todo: 'It reads RSS and Atom feeds, fortune files, and its own archives (.car).',
    details: reason,
  }),
  'bad-picture': () => ({
    what: 'This picture cannot be read',
    means: 'It was not added; the rest of what you wrote is still here.',
    todo: 'Try it as JPEG, PNG or WebP.',
  }),
  'bad-host': ({ reason }) => ({
    what: 'This is not the address of a host',
    means: 'Your list of hosts is as it was.',
    todo: 'An address starts with https://. Plain http works on this machine only.',
    details: reason,
  }),
  unsupported: ({ feature }) => unsupported[feature],
  'out-of-range': ({ what, least, most }) => ({
    what: what === 'slots' ? 'This device cannot give that much' : 'That many copies cannot be wanted',
    means: 'Nothing was changed.',
    todo:
      what === 'slots'
        ? `Give between nothing and what the browser allows here, which is ${size(most * SLOT)}.`
        : `Choose a whole number from ${least} to ${most}.`,
    ...(what === 'slots' && { details: `A number of slots of ${SLOT} bytes from ${least} to ${most}.` }),
  }),
  'foreign-storage': foreignError,
  'bad-share-link': badShareLink,
  'share-not-found': shareNotFound,
  'share-ended': shareEnded,
  'share-unreadable': shareUnreadable,
  'read-only-link': readOnlyLink,
  'no-host': noHost,
  'no-key-storage': () => ({
    what: 'This browser cannot keep your keys safe',
    means: 'Your keys must never leave this device, and this browser has no place for them.',
    todo: `Leave the private window, or open Kith in another browser: ${newest}.`,
    details: 'Non-extractable CryptoKeys cannot be stored in IndexedDB here; private windows are the usual reason.',
  }),
  'device-spent': () => ({
    what: 'Old copies of this device went on too often',
    means: 'What you write here would reach nobody any more. It was not saved; everything from before is still here.',
    todo: 'Export everything, then restore it with your words in another browser profile or folder: there you go on as ever.',
    details: 'Every log of this kind that the device may begin has been forked.',
  }),
  'keys-lost': () => ({
    what: 'The keys of this browser are gone',
    means:
      'Something deleted them, perhaps while clearing site data. Your posts, notes and pictures are still here and stay untouched, but without keys nobody can write as you.',
    todo: 'Type your twelve recovery words: they make new keys, and everything goes on from here. If anything is missing then, the file you exported brings it back.',
    details:
      'The IndexedDB database “kith-keys” has no key that opens the account in the database “kith”. A new device is added to your key events.',
  }),
  'node-lost': () => ({
    what: 'Kith is starting again in the background',
    means: 'What was saved is safe. What you just did may not have been saved.',
    todo: 'Wait a moment; it goes on by itself. Then look whether it is there. If nothing goes on, close this tab and open Kith in a new one.',
  }),
  aborted: () => ({
    what: 'This was stopped',
    means: 'Nothing was changed.',
    todo: 'Try again whenever you like.',
  }),
  internal: ({ message }) => ({
    what: 'Something in Kith is broken',
    means: 'This did not work. What was saved before is untouched.',
    todo: 'Load the page again. If it comes back, please report it with the text behind “Details”.',
    details: message,
  }),
}

/** The words for one failure. */
export const errorWords = (error: KithError): ErrorWords =>
  (errors[error.type] as (error: KithError) => ErrorWords)(error)
