/** Who is signed in, people, devices and settings. */
import { base32Encode, equalBytes } from '../../core/bytes.ts'
import { decodeKeyEvent } from '../../core/identity/key-event-codec.ts'
import { findDevice, type KeyState } from '../../core/identity/key-state.ts'
import type { DeviceView, KeyEventView, PersonView } from '../../rpc/views.ts'
import type { QueryHandlers } from '../api/query-handlers.ts'
import type { InternalServices } from '../internal-services.ts'
import type { Fork } from '../log/log-service.ts'
import type { Cards } from '../person/cards.ts'
import type { Connection } from '../services.ts'

type Handlers = Pick<QueryHandlers, 'session' | 'person' | 'key-history' | 'people' | 'devices' | 'settings'>

const timeAt = (state: KeyState, position: number): number => {
  const event = state.chain[position] && decodeKeyEvent(state.chain[position])
  return event?.ok ? event.value.event.time : 0
}

const toDeviceViews = (state: KeyState, here: Uint8Array, forks: readonly Fork[]): DeviceView[] =>
  state.devices.map((device) => ({
    id: base32Encode(device.signing),
    name: device.name,
    here: equalBytes(device.signing, here),
    added: timeAt(state, device.addedAt),
    ...(device.removed && { removed: timeAt(state, device.removed.position) }),
    ...forkedAt(forks.filter((fork) => equalBytes(fork.device, device.signing))),
  }))

const forkedAt = (forks: readonly Fork[]): Pick<DeviceView, 'forked'> =>
  forks.length > 0 ? { forked: Math.max(...forks.map(({ time }) => time)) } : {}

const toHistory = (state: KeyState): KeyEventView[] =>
  state.chain
    .flatMap((bytes): KeyEventView[] => {
      const decoded = decodeKeyEvent(bytes)
      if (!decoded.ok) return []
      const { event } = decoded.value
      const key = event.kind === 'add-device' ? event.device.signing : event.kind === 'remove-device' && event.device
      const device = key ? findDevice(state, key)?.name : undefined
      return [{ kind: event.kind, time: event.time, ...(device !== undefined && { device }) }]
    })
    .reverse()

/** Answers the queries about persons. */
export const personQueries = (services: InternalServices, cards: Cards, connection: Connection): Handlers => {
  const { account, logs, persons, settings } = services

  const viewOf = async (id: string): Promise<PersonView> => {
    const state = await persons.keyState(id)
    const online = id === account.self()?.person || connection.isOnline(id)
    return cards.view(id, { online, contested: state?.contested ?? false })
  }

  const byName = (a: PersonView, b: PersonView): number => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1)

  return {
    session: {
      topics: () => ['session', 'people', 'home'],
      async run() {
        const self = account.self()
        const lost = account.lost()
        if (lost) return { state: 'keys-lost', me: cards.card(lost) }
        if (!self) return { state: 'none' }
        const me = await viewOf(self.person)
        return { state: 'ready', me, wordsKept: account.row()?.words === null, posts: me.posts }
      },
    },
    person: {
      topics: ({ person }) => [`person/${person}`, 'people', 'connection'],
      run: ({ person }) => viewOf(person),
    },
    'key-history': {
      topics: ({ person }) => [`person/${person}`, 'people'],
      async run({ person }) {
        const state = await persons.keyState(person)
        return state ? toHistory(state) : []
      },
    },
    people: {
      topics: () => ['people', 'connection', 'inbox'],
      async run() {
        const views = (await Promise.all(persons.all().map(({ id }) => viewOf(id)))).sort(byName)
        const having = (relation: PersonView['relation']) => views.filter((view) => view.relation === relation)
        return { following: having('following'), blocked: having('blocked'), seen: having('none') }
      },
    },
    devices: {
      topics: () => ['devices', 'session', 'people'],
      async run() {
        const self = account.self()
        const state = self && (await persons.keyState(self.person))
        if (!state) return []
        const forks = await Promise.all(state.devices.map(({ signing }) => logs.forks(signing)))
        return toDeviceViews(state, self.device.signer.publicKey, forks.flat())
      },
    },
    settings: {
      topics: () => ['settings', 'session'],
      run: () => settings.fresh(),
    },
  }
}
