/** The peer node, composed. The same code runs in a SharedWorker, an elected tab's worker and a Node.js thread. */
import { logKind } from '../core/logs/log-id.ts'
import type { KithNode } from '../rpc/contract.ts'
import { createDispatch, pruneOutcomes } from './api/dispatch.ts'
import { createJobs } from './api/jobs.ts'
import type { QueryHandlers } from './api/query-handlers.ts'
import type { RequestHandlers } from './api/requests.ts'
import { createSubscriptions } from './api/subscriptions.ts'
import { createChanges } from './changes.ts'
import { followEpochs } from './devices/follow-epochs.ts'
import type { StartNode } from './drill/scratch-node.ts'
import { createEconomyParts, type EconomyParts } from './economy/economy-parts.ts'
import { createFiles } from './files/files.ts'
import { type ForeignParts, foreignStorage } from './foreign/foreign-requests.ts'
import type { InternalServices } from './internal-services.ts'
import { keepingQueries } from './keeping/keeping-queries.ts'
import { keepingRequests } from './keeping/keeping-requests.ts'
import { createStanding } from './leasing/standing.ts'
import { fenceStore } from './liveness/fenced-store.ts'
import { type Fullness, watchStore } from './liveness/watched-store.ts'
import { openCopies } from './log/copies.ts'
import { LOG_ACCOUNT, LOG_FEED, LOG_NOTES } from './log/log-service.ts'
import { createLogService } from './log/own-logs.ts'
import { createRuns } from './log/runs.ts'
import { createSealing } from './log/sealing.ts'
import { createNoteBook, type NoteBook } from './notes/note-book.ts'
import { noteQueries } from './notes/note-queries.ts'
import { noteRequests } from './notes/note-requests.ts'
import { createNotesView } from './notes/notes-view.ts'
import { OFFLINE } from './offline.ts'
import { openAccount } from './person/account.ts'
import { accountView } from './person/account-state.ts'
import { type Cards, createCards } from './person/cards.ts'
import { foundingRequests } from './person/founding-requests.ts'
import { itemCopiesRequests } from './person/item-copies.ts'
import { linkRequests } from './person/my-link.ts'
import { keepOwnRecords } from './person/own-records.ts'
import { openPersons } from './person/persons.ts'
import { profileRequests } from './person/profile-requests.ts'
import { createRecords } from './person/records.ts'
import { relationRequests } from './person/relation-requests.ts'
import { openSettings } from './person/settings.ts'
import { settingsRequests } from './person/settings-requests.ts'
import type { Platform } from './platform.ts'
import { connectionQueries } from './queries/connection-queries.ts'
import { copyQueries } from './queries/copy-queries.ts'
import { feedQueries } from './queries/feed-queries.ts'
import { personQueries } from './queries/person-queries.ts'
import { storageQueries } from './queries/storage-queries.ts'
import { createRefusals } from './refusals.ts'
import type { Connect, Connection } from './services.ts'
import { type SharingParts, shareNotes } from './sharing/sharing-requests.ts'
import { createFeedView } from './social/feed-view.ts'
import { createInbox, type InboxBook } from './social/inbox.ts'
import { createPostViews } from './social/post-views.ts'
import { publishRequests } from './social/publish.ts'
import { createPurge, type Purge } from './social/purge.ts'
import { StoreFullError } from './stores/store.ts'
import { bothViews, sourceIndex } from './transfer/import/source-index.ts'
import type { Transfer } from './transfer/transfer.ts'
import { transferRequests } from './transfer/transfer-requests.ts'

/** A running node. */
export interface PeerNode {
  /** What pages may ask. */
  readonly api: KithNode
  /** Windows that offer to carry WebRTC; a port speaks src/rpc/modem. */
  readonly modems: { attach(port: MessagePort): void }
  /** Grows with each start over the same store. */
  readonly epoch: number
  /** Ends sessions, lets running work finish and closes the store. */
  close(): Promise<void>
}

/** Options of {@link createNode}. */
export interface NodeOptions {
  /** Attaches the node to others; without it the node works offline only. */
  readonly connect?: Connect
  /** [Q37] Whether this device gives storage before anybody chose how much: it does unless this is false. */
  readonly givesUnasked?: boolean
}

/** Services, and the parts that only the composition needs. */
interface Parts {
  readonly services: InternalServices
  readonly inbox: InboxBook
  readonly cards: Cards
  readonly purge: Purge
  readonly notes: NoteBook
  readonly foreign: ForeignParts
  readonly economy: EconomyParts
}

const errorLog = (platform: Platform) => (what: string, error: unknown) =>
  platform.log({
    level: 'error',
    what,
    detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
  })

const openServices = async (platform: Platform): Promise<Parts> => {
  const { store, crypto, clock, random, timers } = platform
  const report = errorLog(platform)
  const account = await openAccount(store, platform.keys)
  const changes = createChanges((error) => report('changes', error))
  const persons = await openPersons({ store, verifier: crypto, clock })
  const sealing = createSealing(crypto, random)
  const runs = createRuns()
  const onError = (error: unknown): void => report('logs', error)
  const views = {
    [LOG_FEED]: bothViews(createFeedView(runs), sourceIndex),
    [LOG_NOTES]: createNotesView(runs),
    [LOG_ACCOUNT]: accountView,
  }
  const leases = createStanding(() => account.self()?.person)
  const logPorts = {
    store,
    clock,
    timers,
    random,
    verifier: crypto,
    changes,
    account,
    persons,
    sealing,
    leases,
    views,
    onError,
  }
  const logs = createLogService(logPorts, runs)
  const cards = createCards(persons)
  const inbox = createInbox({ store, logs, persons, changes })
  const economy = createEconomyParts(() => services)
  const services: InternalServices = {
    platform,
    account,
    persons,
    logs,
    leases,
    inbox,
    changes,
    refusals: createRefusals(),
    sealing,
    files: createFiles({ store, hasher: crypto, timers, changes, onError: (error) => report('files', error) }),
    copies: await openCopies({ store, clock, changes, account }),
    records: createRecords({ store, clock, verifier: crypto, persons, changes }),
    settings: await openSettings(platform, changes),
    jobs: createJobs(random, changes),
    personCard: cards.card,
    ledger: economy.ledger,
  }
  const parts = {
    purge: createPurge(store, changes),
    notes: createNoteBook(services),
    foreign: foreignStorage(services),
  }
  return { services, inbox, cards, economy, ...parts }
}

const collectRequests = (
  { services, inbox, purge, notes, foreign, economy }: Parts,
  connection: Connection,
  sharing: SharingParts,
  startDrill: StartNode,
): RequestHandlers & Pick<Transfer, 'adoptEpoch'> => ({
  ...foundingRequests(services),
  ...profileRequests(services),
  ...relationRequests(services, purge),
  ...keepingRequests(services),
  ...linkRequests(services, connection),
  ...settingsRequests(services),
  ...itemCopiesRequests(services),
  ...publishRequests(services, inbox),
  ...noteRequests(services, notes),
  ...transferRequests(services, connection, startDrill),
  ...sharing.requests,
  ...foreign.requests,
  ...economy.requests,
  'read-file': ({ file }) => services.files.read(file),
  'connect-now': async () => {
    connection.connectNow()
    return { ok: true, value: {} }
  },
})

const collectQueries = (
  { services, cards, notes, foreign, economy }: Parts,
  connection: Connection,
  sharing: SharingParts,
  { isFull }: Fullness,
): QueryHandlers => {
  const views = createPostViews({
    store: services.platform.store,
    cards,
    copies: services.copies,
    copiesOf: services.settings.copiesOf,
    me: () => services.account.self()?.person,
    isAlwaysOn: services.platform.alwaysOn,
    isComplete: () => connection.view().arriving === 0,
  })
  return {
    ...feedQueries(services.platform.store, views),
    ...personQueries(services, cards, connection),
    ...storageQueries(services, isFull),
    ...noteQueries(services, notes),
    ...connectionQueries(services, connection, isFull),
    ...copyQueries(services, notes, connection),
    ...keepingQueries(services, connection),
    ...sharing.queries,
    ...foreign.queries,
    ...economy.queries,
    job: { topics: ({ job }) => [`job/${job}`], run: async ({ job }) => services.jobs.get(job) },
  }
}

/** What a start clears away; a full disk puts it off, because reading goes on there. */
const tidyUp = async (tidy: () => Promise<void>): Promise<void> => {
  try {
    await tidy()
  } catch (error) {
    if (!(error instanceof StoreFullError)) throw error
  }
}

/** New references may have come with entries or a profile: tells whoever fetches blocks. */
const followWanted = ({ changes, files, platform }: InternalServices): (() => void) =>
  changes.listen((topics) => {
    if (!topics.includes('storage') && !topics.includes('people')) return
    files.announceWanted().catch((error) => errorLog(platform)('files', error))
  })

/** A block may have come from another device of the person: what it is about goes after every such commit. */
const followBlocks = ({ services, purge }: Parts): (() => Promise<void>) => {
  let running = Promise.resolve()
  const settle = (): void => {
    running = tidyUp(async () => {
      await purge.settled()
      await services.logs.showHeld()
    }).catch((error) => errorLog(services.platform)('purge', error))
  }
  const stops = [
    services.logs.onAppend(({ log }) => void (logKind(log) === LOG_ACCOUNT && settle())),
    // [KP5] Somebody may no longer ask for what is kept here.
    services.changes.listen((topics) => void (topics.includes('keepers') && settle())),
  ]
  return () => {
    for (const stop of stops) stop()
    return running
  }
}

/** Starts a node. Rejects with `StoreUnavailableError`; everything later is a Result. */
export const createNode = async (outer: Platform, options: NodeOptions = {}): Promise<PeerNode> => {
  const { store: watched, fullness } = watchStore(outer.store)
  const { store, epoch } = await fenceStore(watched)
  const platform: Platform = { ...outer, store }
  const parts = await openServices(platform)
  const { services } = parts
  const { clock, timers } = platform
  const onError = errorLog(platform)
  await tidyUp(async () => {
    await pruneOutcomes({ store, clock })
    await parts.purge.settled()
    await services.logs.showHeld()
  })
  const connection = options.connect?.(services) ?? OFFLINE
  const sharing = shareNotes(services, parts.notes, connection)
  const areKeysLost = (): boolean => services.account.lost() !== undefined
  // [RC17] A node that ended in the midst of a drill left what came back.
  if (!platform.drill) platform.scratch.clear().catch((error) => onError('scratch', error))
  const startDrill: StartNode = (terms, onServices) =>
    createNode(terms, {
      connect(offered) {
        onServices(offered)
        return (options.connect ?? (() => OFFLINE))(offered)
      },
    })
  const { adoptEpoch, ...handlers } = collectRequests(parts, connection, sharing, startDrill)
  const request = createDispatch(handlers, { store, clock, onError, areKeysLost })
  const queries = collectQueries(parts, connection, sharing, fullness)
  const subscriptions = createSubscriptions(queries, { changes: services.changes, timers, clock, onError })
  const records = keepOwnRecords(services)
  const stopTelling = fullness.onChange((isFull) => {
    services.changes.emit('storage', 'connection')
    if (isFull) return
    records.schedule()
    sharing.schedule()
  })
  const stopEpochs = followEpochs(services, adoptEpoch)
  const stopWanted = followWanted(services)
  const stopBlocks = followBlocks(parts)
  if (options.givesUnasked !== false && !platform.drill) parts.economy.pledgeUnasked()
  return {
    api: { request, subscribe: subscriptions.subscribe },
    modems: { attach: (port) => connection.attachModem(port) },
    epoch,
    async close() {
      subscriptions.close()
      stopWanted()
      stopTelling()
      records.close()
      stopEpochs()
      parts.foreign.close()
      sharing.close()
      await connection.close()
      await parts.economy.close()
      await stopBlocks()
      await services.jobs.settled()
      await store.close()
    },
  }
}
