/** Notes that are shared by link, in English. */
import type { KithError } from '../../rpc/errors.ts'
import type { ShareEnd } from '../../rpc/sharing.ts'
import type { ErrorWords } from './en-errors.ts'

type Of<T extends KithError['type']> = Extract<KithError, { type: T }>

const NOTHING_CHANGED = 'Nothing was changed, and nothing is kept here.'

export const badShareLink = ({ reason }: Of<'bad-share-link'>): ErrorWords => {
  if (reason === 'newer') {
    return {
      what: 'This link was made by a newer Kith',
      means: 'This version cannot read it.',
      todo: 'Load the page again to get the newest version. If it stays like this, ask whoever runs this host to update it.',
    }
  }
  return {
    what: reason === 'damaged' ? 'This link is damaged' : 'This is not a link to something shared',
    means: 'A part of it is missing or changed, so it opens nothing.',
    todo: 'Ask whoever sent it to press “Copy link” and send you the whole of it.',
  }
}

export const shareNotFound = ({ asked, answered }: Of<'share-not-found'>): ErrorWords => ({
  what: answered === 0 ? 'No host answers' : 'Nobody who is online now has what this link shows',
  means: 'It is on the devices of whoever shared it. Unless one of them is online, nobody else can read it.',
  todo: answered === 0 ? 'Look whether you are online, then try again.' : 'Ask them to open Kith, then try again.',
  details: `${answered} of ${asked} hosts answered; none named a device that holds a record under the key of this link.`,
})

export const shareEnded = (): ErrorWords => ({
  what: 'This is no longer shared',
  means: 'Whoever shared it stopped that, or the link was replaced by a new one.',
  todo: 'Ask them for a new link.',
})

const unreadable: Record<Of<'share-unreadable'>['reason'], ErrorWords> = {
  damaged: {
    what: 'What this link shows is damaged',
    means: `It was signed by somebody who may write it, and it does not open. ${NOTHING_CHANGED}`,
    todo: 'Ask whoever shared it for a new link.',
  },
  newer: {
    what: 'What this link shows was written by a newer Kith',
    means: 'This version cannot read it.',
    todo: 'Load the page again to get the newest version.',
  },
  missing: {
    what: 'The text behind this link is not to be had now',
    means: 'It was found, but the device that has the whole of it went away.',
    todo: 'Ask whoever shared it to open Kith, then try again.',
  },
}

export const shareUnreadable = ({ reason }: Of<'share-unreadable'>): ErrorWords => unreadable[reason]

export const readOnlyLink = (): ErrorWords => ({
  what: 'This link is for reading only',
  means: NOTHING_CHANGED,
  todo: 'Ask whoever shared it for a link to write.',
})

export const noHost = (): ErrorWords => ({
  what: 'You are on no host',
  means: 'Others would have no way to ask this device, so a link would show nothing.',
  todo: 'Add a host in the settings, then try again.',
})

const ends: Record<ShareEnd, string> = {
  stopped: 'The link you gave out says that this is no longer shared.',
  'device-removed':
    'The link you gave out has ended, because you removed a device that knew its keys. Share the note again for a new one.',
  'note-deleted': 'The link you gave out says that this is no longer shared.',
}

export const sharing = {
  share: 'Share by link',
  heading: 'Shared by link',
  lead: 'Anyone with this link can read this note and what it becomes, as long as a device of yours is online.',
  link: 'Link to this note',
  copy: 'Copy link',
  stop: 'Stop sharing',
  stopTitle: 'Stop sharing this note?',
  stopText: 'The link then says that it is no longer shared. What somebody has read or copied already stays with them.',
  stopped: 'No longer shared',
  tooLong: 'This note is too long for a link, which shows it as it was before. Make it shorter.',
  rewritten:
    'Somebody with a link to write has changed what the link shows. Your next change takes its place, unless you put theirs into the note first.',
  takeOver: 'Put it into the note',
  tookOver: 'It is in the note now',
  ended: (end: ShareEnd) => ends[end],
  page: {
    heading: 'Shared note',
    opening: 'Looking for it…',
    untitled: 'Untitled',
    updated: 'Last changed',
    empty: 'There is no text in it yet.',
    again: 'Look again',
    note: 'This was shared with whoever has the link. It is shown here and kept nowhere.',
    sealed: 'It is there',
    sealedText: 'This link only tells that it is there and rightly signed. Ask for a link to read it.',
    expires: 'Signed until',
  },
}
