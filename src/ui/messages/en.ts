/** The one message catalogue: English. Sections follow the screens; counts are functions made from plural forms. */
import type { ConnectionView, HostView } from '../../rpc/views.ts'
import { copies } from './en-copies.ts'
import { drill } from './en-drill.ts'
import { economy } from './en-economy.ts'
import { errorWords } from './en-errors.ts'
import { foreign } from './en-foreign.ts'
import { keepers } from './en-keepers.ts'
import { safety } from './en-safety.ts'
import { sharing } from './en-sharing.ts'
import { byteSize, plural } from './plural.ts'

const language = 'en'
const people = plural(language, { one: '# person', other: '# people' })
const hosts = plural(language, { one: '# host', other: '# hosts' })
const waiting = plural(language, { one: '# thing waiting', other: '# things waiting' })
const privateChanges = plural(language, { one: '# private change is', other: '# private changes are' })
const posts = plural(language, { one: '# post', other: '# posts' })
const items = plural(language, { one: '# item', other: '# items' })
const size = byteSize(language)
const number = (value: number): string => value.toLocaleString(language)
const share = (value: number): string => value.toLocaleString(language, { style: 'percent' })

/** Who is there, in the first words of the strip. `hasNetwork` is what the device says of itself. */
const around = (view: ConnectionView, up: number, hasNetwork: boolean): string => {
  if (view.people) return `Connected to ${people(view.people)}`
  if (up) return 'Nobody else is here yet'
  if (view.online || view.hosts.some((host) => host.state === 'connecting')) return 'Looking for people'
  return hasNetwork && view.hosts.length ? 'Offline: no host answers' : 'Offline'
}

/** What cannot come in says why: nothing is on its way while there is no room for it. */
const arriving = ({ arriving: count, full }: ConnectionView): string =>
  full ? `${items(count)} waiting for room` : `${items(count)} arriving`

const weather = (view: ConnectionView, hasNetwork: boolean): string => {
  const up = view.hosts.filter((host) => host.state === 'connected').length
  const parts = [
    ...(view.full ? ['Storage is full'] : []),
    ...(view.forked ? ['An old copy of this device went on'] : []),
    around(view, up, hasNetwork),
    ...(up ? [hosts(up)] : []),
    ...(view.waiting ? [waiting(view.waiting)] : []),
    ...(view.arriving ? [arriving(view)] : []),
  ]
  return parts.join(' · ')
}

const hostState = (host: HostView, seconds: number): string =>
  ({
    connected: 'Connected',
    connecting: 'Connecting…',
    waiting: seconds > 0 ? `Not reachable, trying again in ${seconds} s` : 'Not reachable, trying again',
    refused:
      host.reason === 'wrong-origin'
        ? 'This host does not know that it is reached under this address. Whoever runs it can start it with --public-url and the address.'
        : 'Refused us',
  })[host.state]

const reasons: Readonly<Record<string, string>> = {
  duplicate: 'already here',
  empty: 'without text',
  'too-large': 'too large',
  malformed: 'not readable',
  'not-here': 'not on any device that is online now: Kith goes on looking, and they come by themselves',
}

export const en = {
  language,
  errorWords,
  people,
  posts,
  items,
  size,
  keepers,
  safety,
  app: {
    name: 'Kith',
    skip: 'Skip to content',
    starting: 'Starting Kith…',
    details: 'Details',
    first: 'Welcome',
    backTo: (name: string) => `Back to ${name}`,
    update: 'A newer Kith is ready.',
    updateNow: 'Change over',
  },
  nav: { label: 'Main', home: 'Home', people: 'People', write: 'Write', notes: 'Notes', you: 'You' },
  common: {
    cancel: 'Cancel',
    close: 'Close',
    tryAgain: 'Try again',
    reload: 'Load again',
    saved: 'Saved',
    showAll: 'Show all',
    copied: 'Link copied',
    copyFailed: 'The browser did not allow copying. Select the text and copy it.',
    loading: 'Loading',
  },
  welcome: {
    heading: 'Welcome to Kith',
    lead: 'A notice board among friends. What you write stays with you and the people who follow you, on your own devices. No account, no company in between.',
    invited: 'Somebody sent you their link. Say who you are, then you can follow them.',
    name: 'Your name',
    nameHint: 'The name your friends know you by. You can change it any time.',
    avatar: 'Picture (optional)',
    start: 'Start',
    starting: 'Making your keys…',
    haveWords: 'I have recovery words',
    promises: ['Nobody else holds your data', 'Works without a connection', 'Yours to take along, whole'],
  },
  restore: {
    heading: 'Welcome back',
    lead: 'Your twelve words find you again: your own devices and the people who follow you keep your things. Nothing else is needed.',
    leadKeys:
      'Your twelve words make new keys for this browser. Everything else is still here; a file you exported is only needed if something is missing.',
    words: 'Your twelve words',
    wordsHint: 'In order, with spaces between. Capitals do not matter.',
    file: 'Exported file (if you have one)',
    fileHint: 'Its name ends in .car. It also brings back what nobody else keeps.',
    hosts: 'Hosts to ask (if you know any)',
    hostsHint: 'Addresses with spaces between. The host of this page is asked anyway.',
    go: 'Restore',
    asking: 'Asking who keeps your things…',
    found: (name: string) =>
      name ? `Found you, ${name}. Making keys for this browser…` : 'Found you. Making keys for this browser…',
    notTwelve: (n: number) => `It takes all twelve words; here there ${n === 1 ? 'is one' : `are ${number(n)}`}.`,
    whoKeeps:
      'People who follow you keep what everyone may read: profile, posts and pictures. Notes, settings and whom you follow are kept by your own devices and in the exported file only.',
  },
  home: {
    heading: 'Home',
    feed: 'Latest posts',
    replies: 'To you',
    views: 'What to show',
    emptyTitle: 'Your board is empty',
    emptyText: 'Write your first post above, or follow somebody: ask them for their link.',
    emptyAction: 'Find people',
    repliesTitle: 'No answers yet',
    repliesText: 'Replies and reactions to what you wrote appear here.',
    older: 'Show older posts',
    end: 'That is everything.',
    arriving: 'Older posts are still on their way.',
  },
  write: {
    heading: 'Write',
    field: "What's new?",
    reply: 'Your reply',
    replyTo: (name: string) => `In reply to ${name}`,
    post: 'Post',
    addPicture: 'Add picture',
    removePicture: (n: number) => `Remove picture ${n}`,
    alt: (n: number) => `Describe picture ${n}`,
    saving: 'Saving on this device…',
    failed: 'Not posted',
    edit: 'Edit again',
    discard: 'Discard',
    pictures: plural(language, { one: '# picture', other: '# pictures' }),
    hint: 'Seen by everyone who follows you, and whoever they show it to.',
  },
  post: {
    reply: 'Reply',
    react: 'React',
    more: 'More',
    delete: 'Delete',
    copyLink: 'Copy link',
    deleteTitle: 'Delete this post?',
    deleteText:
      'It is erased here and everyone who has it is asked to do the same. Somebody may have kept a copy on purpose.',
    deleted: 'Post deleted',
    from: (title: string) => `From ${title}`,
    inReplyTo: (name: string) => `In reply to ${name}`,
    inReplyToUnknown: 'In reply to a post that is not here',
    replies: plural(language, { one: '# reply', other: '# replies' }),
    noPicture: 'Picture not here yet',
    reaction: (name: string, count: number, mine: boolean) => `${name}, ${people(count)}${mine ? ', yours' : ''}`,
    emoji: { '❤️': 'Heart', '😂': 'Laugh', '😮': 'Wow', '😢': 'Sad', '👍': 'Thumbs up', '🎉': 'Hooray' } as Readonly<
      Record<string, string>
    >,
  },
  copies,
  thread: {
    heading: 'Post',
    none: 'No replies yet.',
    goneTitle: 'This post is not here',
    goneText: 'It was deleted, or nobody who has it is connected right now. If it is on its way, it appears by itself.',
  },
  person: {
    follow: 'Follow',
    following: 'Following',
    followingText: 'What they write arrives by itself, and this device keeps a copy of it for them.',
    unfollow: 'Unfollow',
    block: 'Block',
    unblock: 'Unblock',
    you: 'This is you.',
    edit: 'Edit your profile',
    online: 'Connected now',
    unnamed: 'Name not known yet',
    ownName: (name: string) => `Calls themselves ${name}`,
    petname: 'Your name for them',
    petnameHint: 'Only you see it.',
    savePetname: 'Save name',
    blockedTitle: (name: string) => `You blocked ${name}`,
    blockedText: 'Nothing of theirs is fetched, shown or kept on this device. They are not told.',
    contested: 'Two different signatures claim to be this person. Ask them, away from Kith, which one is right.',
    confirmed: 'Last confirmed by someone else',
    fingerprint: 'Fingerprint',
    id: 'Full id',
    history: 'Keys and devices',
    historyHint: 'Newest first; the times are by the clocks of whoever signed.',
    historyNone: 'Nothing is known here yet.',
    keys: {
      inception: () => 'Keys made',
      rotate: () => 'Keys replaced, with the recovery words',
      'add-device': (name: string) => `Device added: ${name}`,
      'remove-device': (name: string) => `Device removed: ${name}`,
    },
    unnamedDevice: 'without a name',
    none: 'Nothing from them is here yet',
    noneText: 'It comes by itself when somebody who has it is connected.',
    noneFollow: 'Follow them to get what they write.',
    mineNone: 'You have not written anything yet.',
    blockedNow: (name: string) => `${name} is blocked`,
    feed: (name: string) => `Posts by ${name}`,
  },
  peoplePage: {
    heading: 'People',
    invite: 'Invite someone',
    inviteText:
      'Whoever has your link can follow you. There is no directory: people find each other by handing on links.',
    copyLink: 'Copy my link',
    showCode: 'Show my code',
    myLink: 'Your link',
    codeAlt: 'QR code to follow you',
    codeText: 'Let them point a camera at it, or scan it from People in their Kith.',
    follow: 'Follow someone',
    link: 'Link or code',
    linkHint: 'Paste what they sent you.',
    go: 'Follow',
    scan: 'Scan a code',
    scanning: 'Point the camera at their code.',
    noCamera: 'The camera is not available. Paste their link, or read their code from a picture.',
    scanPicture: 'Read from a picture',
    noCode: 'There is no code to be seen in this picture.',
    list: 'Following',
    none: 'You follow nobody yet. Paste somebody’s link above; their posts arrive by themselves.',
    seen: 'Met along the way',
    seenText: 'People who replied, reacted or follow you.',
    blocked: 'Blocked',
    warning: {
      localhost: {
        text: 'This link works on this machine only. To invite people elsewhere, open Kith under an address they can reach, too.',
        details:
          'It leads to localhost. Whoever runs this host can name its address with --public-url; you can, under You → Settings.',
      },
      'no-host': {
        text: 'This link works for people who are connected to you already. Make it again once you are back on a host.',
        details: 'No host is connected, so the link names none at which you could be found.',
      },
    },
  },
  notes: {
    heading: 'Notes',
    lead: 'Only you can read these, unless you share one by link. They are encrypted before they are stored.',
    create: 'New note',
    title: 'Title',
    body: 'Note',
    untitled: 'Untitled',
    emptyTitle: 'No notes yet',
    emptyText: 'Start one for what is nobody else’s business.',
    saved: 'Saved',
    saving: 'Saving…',
    notSaved: 'Not saved',
    remove: 'Delete note',
    removeTitle: 'Delete this note?',
    removeText: 'It is erased here and on your other devices.',
    removed: 'Note deleted',
    goneTitle: 'There is no such note here',
    goneText: 'It was deleted, or it is on another device of yours and on its way.',
    all: 'All notes',
  },
  you: {
    heading: 'You',
    profile: 'Profile',
    name: 'Your name',
    about: 'About you',
    aboutHint: 'A few words for people who follow you.',
    save: 'Save',
    avatar: 'Picture',
    choosePicture: 'Choose picture',
    removeAvatar: 'Remove picture',
    see: 'See your page',
    keep: 'Keep what is yours',
    words: 'Recovery words',
    export: 'Export everything',
    exportText: 'One file with all your posts, notes and pictures. With your words it restores you anywhere.',
    import: 'Import',
    importText: 'Bring posts from an RSS or Atom feed file, or a fortune file.',
    more: 'More',
    storage: 'Storage',
    devices: 'Devices',
    settings: 'Settings',
  },
  words: {
    heading: 'Recovery words',
    reminder: 'Write down your recovery words: only they can bring you back.',
    reminderGo: 'Do it now',
    lead: 'These twelve words are you. Whoever has them can become you; without them, nobody can bring you back. Write them on paper. Do not photograph them.',
    show: 'Show my words',
    list: 'Your twelve words',
    written: 'I have written them down',
    checkTitle: 'Let us check three of them',
    word: (n: number) => `Word ${n}`,
    check: 'Check',
    again: 'Show the words again',
    wrong: 'At least one of them is different from what is on this screen. Look at your paper again.',
    doneTitle: 'Your words are on paper only now',
    doneText:
      'This device has forgotten them. Keep the paper where you keep what matters, and export a file now and then.',
    goneText: 'You confirmed them, and this device forgot them then. They exist only where you wrote them down.',
    shoulder: 'Make sure nobody looks over your shoulder.',
  },
  job: {
    import: 'Import',
    heading: { import: 'Importing', export: 'Exporting', restore: 'Restoring', drill: drill.running },
    done: { import: 'Import finished', export: 'Export finished', restore: 'Everything is back', drill: drill.done },
    failed: { import: 'Import stopped', export: 'Export stopped', restore: 'Restore stopped', drill: drill.failed },
    progress: (done: number, total: number) => (total > 0 ? share(done / total) : ''),
    found: (name: string) => (name ? `Found you, ${name}.` : 'Found you.'),
    fetching: (done: number, total: number) =>
      total > 0 ? `${number(done)} of ${number(total)} things are back` : 'Looking for whoever keeps your things…',
    doneInPart: 'You are back, not all of your things yet',
    doneByWords: 'You are back',
    byWords:
      'Notes, settings and whom you follow come from another device of yours, a keeper or an exported file: nobody else keeps them.',
    oldDevices: 'Your other devices',
    oldDevicesText:
      'They go on as yours. If you no longer have one of them, or somebody else does, take it off your list: nothing that is written there counts any more.',
    oldDevicesGo: 'Look at your devices',
    added: plural(language, { one: '# item added', other: '# items added' }),
    nothing: 'Nothing new was in it.',
    nothingLeft:
      'Nobody who is online has anything that you wrote. Another device of yours or an exported file may; what only people had who keep it while you are around is gone after a month.',
    skipped: plural(language, { one: '# item left out', other: '# items left out' }),
    reason: (key: string, count: number) => `${number(count)} ${reasons[key] ?? key}`,
    save: 'Save the file',
    saveText: 'Keep it somewhere safe, away from this device.',
    leave: 'You can leave this page; the work goes on.',
    see: 'See your posts',
    home: 'Go to your board',
    goneTitle: 'This piece of work is over',
    goneText: 'Kith was restarted since. What had been added by then is here.',
  },
  storage: {
    heading: 'Storage',
    used: (used: number, quota?: number) => (quota ? `${size(used)} of ${size(quota)} used` : `${size(used)} used`),
    yours: 'Yours',
    others: 'Kept for others',
    entries: plural(language, { one: '# entry', other: '# entries' }),
    files: plural(language, { one: '# picture or file', other: '# pictures and files' }),
    notes: plural(language, { one: '# note', other: '# notes' }),
    from: (count: number) => `from ${people(count)}`,
    nothing: 'Nothing yet.',
    fullTitle: 'There is no room left',
    fullText:
      'Nothing new can be kept here: what other people write waits with them, and what you write is refused. Everything from before is still here and can be read.',
    fullTodo: 'Free some space on this device, or delete a few posts with pictures. It goes on by itself.',
    persisted: 'The browser has promised to keep all this.',
    notPersisted: 'The browser may clear this when space runs out.',
    persist: 'Ask the browser to keep it',
    refused: 'The browser did not promise it. Installing Kith as an app usually helps.',
    wipe: 'If this browser were wiped now',
    wipeNoWords: 'You could not come back: write down your recovery words first.',
    wipeWords:
      'Your words would bring you back with your profile, posts and pictures as far as people who follow you keep them. Notes, settings and whom you follow come back from another device of yours, from a keeper, or from your last exported file as they were then.',
    wipeKeepers: (names: string) =>
      `${names} had everything of yours that was written here when last connected: your words would bring it back.`,
  },
  foreign,
  sharing,
  economy,
  drill,
  devices: {
    heading: 'Devices',
    lead: 'Each browser has its own keys, which never leave it.',
    here: 'This device',
    added: 'Added',
    removed: 'Removed',
    unnamed: 'A browser',
    remove: 'Remove this device',
    removeText:
      'What it wrote and has arrived here stays. Anything else it wrote is lost for everybody, and nothing it writes from now on counts. It cannot read your new private things. It cannot be added again under the same keys.',
    removeWait: 'If this browser is still fetching your things, wait until it is done.',
    removeWords: 'Your twelve words',
    removeGo: 'Remove',
    removeDone: 'Device removed',
    forkedTitle: 'An old copy of this device went on writing',
    forkedText:
      'Its data was put back from a copy, or runs twice, so that two different things were written in the same place. What was written here between the copy and now may have reached nobody: look through it, and post again what matters. Everything from now on arrives as ever.',
    forkedTodo: 'Never run two copies of one device. To move, export everything and restore it with your words.',
    forkedOther: 'An old copy of it went on writing; a part of what it wrote may be missing here.',
    forked: 'Noticed',
    id: 'Key',
  },
  settings: {
    heading: 'Settings',
    theme: 'Light or dark',
    themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
    hosts: 'Hosts',
    hostsText:
      'Hosts introduce you to people and pass messages on when there is no direct way. They keep nothing. Anyone can run one.',
    host: 'Address of a host',
    addHost: 'Add host',
    removeHost: (url: string) => `Remove ${url}`,
    noHosts: 'No host: you meet only people you are connected to already.',
    publicUrl: 'Address for your links',
    publicUrlHint:
      'Where others reach this page. Leave empty to use the one that its host names, or else the one it was opened under.',
    save: 'Save address',
  },
  connection: {
    label: 'Connection',
    heading: 'Connection',
    weather,
    unknown: 'Looking around…',
    restarting: 'Starting again…',
    offline: 'You are offline. Everything you do is kept here and goes out later.',
    seeStorage: 'See what takes up the room',
    seeDevices: 'See your devices',
    unreached: 'No host answers right now. Everything you do is kept here and goes out later.',
    alone: 'Nobody else is here yet:',
    invite: 'invite someone',
    again: 'Connect now',
    hosts: 'Hosts',
    hostState,
    people: 'People',
    noPeople: 'Nobody is connected right now.',
    direct: 'directly',
    relay: 'through a host',
    none: 'reconnecting',
    since: 'since',
    traffic: (received: number, sent: number) => `${size(received)} received, ${size(sent)} sent`,
    resent: (bytes: number) => `${size(bytes)} sent again`,
    waitingTitle: 'Waiting',
    waiting: (open: number, closed: number) => {
      if (open) return `${waiting(open)} for somebody to take a copy.`
      return `${closed ? 'Everything public' : 'Everything'} of yours is on other devices, too.`
    },
    onlyHere: (n: number) =>
      `${privateChanges(n)} only here: notes, settings, whom you follow. Another device of yours would hold them as well, or a keeper, or a file:`,
    keep: 'ways to keep what is yours',
    noDirect: {
      'no-webrtc':
        'This browser has no direct connections (WebRTC: Chrome 56, Firefox 44, Safari 11), so hosts pass everything on, still encrypted from end to end.',
      'no-modem':
        'No open tab can carry direct connections right now, so hosts pass everything on, still encrypted from end to end.',
    },
    refused: 'Refused since the start',
    refusedText: 'Damaged or forged pieces that were turned away. Nothing of yours was touched.',
    session: 'Device',
  },
  aside: {
    around: 'Around you',
    follow: 'Following',
    nobody: 'Nobody is connected right now. Posts are kept here and go out later.',
  },
  lost: {
    heading: 'There is nothing here',
    text: 'The address has a mistake in it, or it belongs to a newer Kith.',
    home: 'Go home',
  },
} as const
