/** Words about foreign storage: its section on the page about storage, and its failures. */
import type { ForeignFailure, ForeignReason, ForeignTrial } from '../../rpc/foreign.ts'
import type { ErrorWords } from './en-errors.ts'
import { byteSize, plural } from './plural.ts'

const size = byteSize('en')
const blocks = plural('en', { one: '# piece', other: '# pieces' })
const seconds = plural('en', { one: '# second', other: '# seconds' })
const minutes = plural('en', { one: '# minute', other: '# minutes' })
const hours = plural('en', { one: '# hour', other: '# hours' })
const days = plural('en', { one: '# day', other: '# days' })

/** A length of time in its largest unit. */
const span = (length: number): string => {
  if (length < 120) return seconds(length)
  if (length < 7_200) return minutes(Math.round(length / 60))
  return length < 172_800 ? hours(Math.round(length / 3_600)) : days(Math.round(length / 86_400))
}

/** By how much the clock of this device is off. */
const clockOff = (ahead: number): string => `${span(Math.abs(ahead))} ${ahead > 0 ? 'fast' : 'slow'}`

/** Names of fields, for whoever has to correct one. */
const fields: Readonly<Record<string, string>> = {
  endpoint: 'Server address',
  region: 'Region',
  bucket: 'Bucket',
  prefix: 'Folder in it',
  accessKey: 'Access key',
  publicUrl: 'Public address',
}

/** What is true of every failure. */
const safe = 'Everything is kept here as before; nothing was lost.'

const reasons: { readonly [R in ForeignReason]: (failure: ForeignFailure) => Omit<ErrorWords, 'means'> } = {
  'bad-address': ({ detail = '' }) => ({
    what: `“${fields[detail] ?? detail}” does not look right`,
    todo: 'Addresses begin with https://; bucket names have 3 to 63 small letters, digits, dots and hyphens. Correct it and test again.',
  }),
  locked: () => ({
    what: 'This device cannot use your storage yet',
    todo: 'What it needs comes from another of your devices: open Kith there while this one is connected. Or press Change and enter the secret key here.',
  }),
  'wrong-key': () => ({
    what: 'Your storage does not accept this key',
    todo: 'Copy the access key and the secret key again, from the beginning to the end. If the key was deleted at your provider, make a new one.',
  }),
  'wrong-region': ({ detail }) => ({
    what: 'The bucket is in another region',
    todo: detail?.includes('-')
      ? `Enter ${detail} as the region.`
      : 'Your provider shows the region beside the bucket.',
  }),
  'clock-skewed': ({ seconds: ahead }) => ({
    what: ahead === undefined ? 'The clock of this device is wrong' : `The clock of this device is ${clockOff(ahead)}`,
    todo: 'Set date and time of this device to automatic and test again: storage accepts only what was signed just now.',
  }),
  'no-bucket': () => ({
    what: 'There is no such place in your storage',
    todo: 'Make the bucket or folder at your provider first, or correct its name.',
  }),
  refused: () => ({
    what: 'The key may not do this',
    todo: 'At your provider, let the key read, write and delete objects in this bucket.',
  }),
  'closed-to-pages': () => ({
    what: 'Your storage answers, but lets no web page read the answer',
    todo: 'Set up CORS for the bucket: allow this page’s address, the methods GET, HEAD, PUT and DELETE, and all headers. If that is done, check key, bucket name and the clock of this device: some servers hide those errors from pages.',
  }),
  unreachable: () => ({
    what: 'Your storage does not answer',
    todo: 'Check the address, and whether this device is online. It is tried again by itself.',
  }),
  redirected: () => ({
    what: 'Your storage sends us to another address',
    todo: 'That is not followed, because your key would go along. Enter the address that it sends to, with the right region.',
  }),
  full: () => ({
    what: 'Your storage is full',
    todo: 'Make room there, or ask your provider for more. It goes on by itself.',
  }),
  busy: () => ({
    what: 'Your storage asks us to come back later',
    todo: 'Nothing to do: it is tried again by itself.',
  }),
  'wrong-bytes': () => ({
    what: 'Your storage gave back something else than was put there',
    todo: 'Something between you and it changes files, or the storage is damaged. Ask your provider, or use another.',
  }),
  unexpected: () => ({
    what: 'Your storage answered something that we do not understand',
    todo: 'Check the address: it has to be an S3 server, or a web server that takes files.',
  }),
}

/** The words for one failure. */
export const foreignError = (failure: ForeignFailure): ErrorWords => ({
  ...reasons[failure.reason](failure),
  means: safe,
  details: [failure.reason, failure.detail].filter(Boolean).join(': '),
})

const trialWords = ({ isPublic, clockAhead }: ForeignTrial): string => {
  const found = isPublic
    ? 'It works. Anyone who knows the name of a public picture can read it there, even while you are offline.'
    : 'It works. Only your own devices can read there: without keys, or from other pages, it is closed.'
  return clockAhead === undefined
    ? found
    : `${found} The clock of this device is ${clockOff(clockAhead)}; that was made up for.`
}

/** The section on the page about storage. */
export const foreign = {
  heading: 'Your own storage',
  lead: 'If you rent an S3 bucket or run a web server, your pictures can be kept there as well. The keys stay on your devices.',
  use: 'Use your own storage',
  kind: 'What is it?',
  kinds: { s3: 'An S3 bucket', http: 'A web server that takes files (PUT)' },
  endpoint: fields.endpoint!,
  endpointHint: { s3: 'Such as https://s3.example.org', http: 'The folder, such as https://files.example.org/kith/' },
  bucket: fields.bucket!,
  region: fields.region!,
  regionHint: 'Leave it empty if your provider names none.',
  accessKey: fields.accessKey!,
  secret: { s3: 'Secret key', http: 'Authorization header (if it needs one)' },
  secretKept: 'Leave it empty to go on with the one you entered before.',
  prefix: 'Folder in it (optional)',
  publicUrl: 'Public address (optional)',
  publicUrlHint: 'Where everyone can read, if that is another address. Friends then find your pictures there.',
  test: 'Test the connection',
  testing: 'Testing…',
  save: 'Use this storage',
  change: 'Change',
  trial: trialWords,
  where: { s3: (bucket: string, server: string) => `Bucket ${bucket} at ${server}`, http: (server: string) => server },
  public: 'Everyone can read what is public in it; friends find it there while you are offline.',
  private: 'Only your own devices read there.',
  stored: (count: number, bytes: number) => `${blocks(count)} there, ${size(bytes)}`,
  waiting: (count: number) => `${blocks(count)} waiting`,
  done: 'Everything is there.',
  retry: (length: number) => `Trying again in ${span(Math.max(1, Math.round(length)))}.`,
  stop: 'Stop using it',
  stopTitle: 'Stop using this storage?',
  stopText: 'Nothing new goes there. What is there stays until you delete it there; here nothing is lost.',
  stopped: 'Not used any more',
}
