/** The storage that people lend each other, in English: the section on the page about storage. */
import { byteSize, plural } from './plural.ts'

const size = byteSize('en')
const copies = plural('en', { one: '# copy', other: '# copies' })

export const economy = {
  heading: 'Give and take',
  lead: 'You give room to other people, and they keep copies of your things in return. As much as you give, your copies may take.',
  given: 'You give',
  used: 'Taken by your copies',
  pending: (bytes: number) => `${size(bytes)} of what your copies take is not confirmed yet.`,
  free: 'Left for more copies',
  missing: 'Missing',
  held: 'Kept on your devices',
  substituted: 'Kept in place of lost copies',
  needed: 'Needed for everything',
  neededWhy: (own: number, count: number, differs: boolean) =>
    `Your things take ${size(own)}, and you want ${copies(count)} of each${differs ? ', of some more or fewer' : ''}.`,
  enough: 'You give enough for all the copies that you want.',
  tooLittle: (bytes: number) =>
    `Give ${size(bytes)} more, or want fewer copies: what you give now is not enough for all.`,
  barred:
    'A device of yours said two different things, so other people count nothing of yours until you remove that device with your recovery words.',
  picture: (given: number, used: number, needed: number) =>
    `Of ${size(given)} that you give, your copies take ${size(used)}. All of them would take ${size(needed)}.`,
  here: 'This device',
  devices: 'Your devices',
  device: (given: number, held: number) => `gives ${size(given)}, keeps ${size(held)}`,
  change: 'Change what you give',
  slots: 'What this device gives, in megabytes',
  slotsHint: (most: number) =>
    `From 0 to ${size(most)}. What is kept here for others already stays until its time is over.`,
  copies: 'Copies of everything',
  copiesHint: (most: number) => `From 1 to ${most}. One is your own, each of the others goes to somebody else.`,
  save: 'Save',
  saved: 'Saved',
}
