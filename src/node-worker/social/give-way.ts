/**
 * Room for strangers. Whoever makes up persons by the dozen must not close the inbox for everybody else: when all
 * strangers together left as much as may be, the one who came first gives way, with everything that is held of them.
 */
import type { Topic } from '../changes.ts'
import { unreferFile } from '../files/references.ts'
import { LOG_TABLES } from '../log/log-view.ts'
import { getPerson, type Person } from '../person/persons.ts'
import { avatarReference } from '../person/profile.ts'
import type { Store, WriteTransaction } from '../stores/store.ts'
import { deleteLogs, purgeStep } from './purge.ts'
import { changeTotal, totalOffers } from './ration.ts'
import { type FeedPlace, listFeed, putInFeed, takeFromFeed } from './rows.ts'

/** Entries that all strangers together may leave. */
export const MAX_OFFERS = 4096
/** Strangers in the order in which they came; some are none any more. */
const STRANGERS = 'strangers'
/** Places looked at in one transaction. */
const STEP = 16

/** Notes when a stranger came. */
export const noteStranger = (tx: WriteTransaction, person: string, time: number): Promise<void> =>
  putInFeed(tx, STRANGERS, { time, id: person })

/** Nobody who was given a name; and of whom one followed once there may be thousands of entries. */
const mayGiveWay = (person: Person | undefined): person is Person =>
  person?.relation === 'none' && person.petname === undefined && person.offers > 0 && person.posts <= person.offers

const letGo = async (tx: WriteTransaction, person: Person): Promise<Set<Topic>> => {
  const { id, offers, profile } = person
  const topics = new Set<Topic>(['people', 'inbox', 'storage', `person/${id}`])
  for (let more = true; more; ) {
    const step = await purgeStep(tx, id)
    for (const topic of step.topics) topics.add(topic)
    more = step.more
  }
  await deleteLogs(tx, id)
  await changeTotal(tx, -offers)
  if (profile?.avatar) await unreferFile(tx, profile.avatar, { name: avatarReference(id), person: id })
  await tx.delete('persons', [id])
  return topics
}

const takeFirst = async (tx: WriteTransaction, places: readonly FeedPlace[], coming: string) => {
  for (const place of places) {
    const person = await getPerson(tx, place.id)
    if (place.id === coming) continue
    await takeFromFeed(tx, STRANGERS, place)
    if (mayGiveWay(person)) return { person: place.id, topics: await letGo(tx, person) }
  }
  return undefined
}

/** Makes room for what `coming` leaves, if there is none. @returns who gave way, and what that changed */
export const makeRoom = async (
  store: Store,
  coming: string,
): Promise<{ readonly person: string; readonly topics: ReadonlySet<Topic> } | undefined> => {
  if ((await store.read(['meta'], totalOffers)) < MAX_OFFERS) return undefined
  return store.write(LOG_TABLES, 'relaxed', async (tx) => {
    if ((await totalOffers(tx)) < MAX_OFFERS) return undefined
    return takeFirst(tx, await listFeed(tx, STRANGERS, { limit: STEP, oldestFirst: true }), coming)
  })
}
