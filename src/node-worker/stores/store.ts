/**
 * What the node keeps, as ordered tables of rows under tuple keys: the one storage port. IndexedDB (through Dexie)
 * implements it in browsers, an embedded store on Node.js; one contract suite holds both to this page.
 *
 * Order of keys: element by element; numbers before strings before bytes; a shorter key before its extensions.
 * Values are plain data: null, booleans, numbers, strings, Uint8Array, arrays and objects of these (no undefined).
 */
export type KeyPart = number | string | Uint8Array
/** A tuple key. Numbers are safe integers. */
export type Key = readonly KeyPart[]

/** Every table there is. A new one is a new schema version of the Dexie store. */
export const TABLES = [
  /** [name] → singletons: schema facts, the current account, settings. */
  'meta',
  /** [person id] → what is known of a person: key events, profile, follow state. */
  'persons',
  /** [device, log id] → state of a log: owner, head, ranges held. */
  'logs',
  /** [device, log id, first seq] → an encoded segment without payloads. */
  'segments',
  /** [device, log id, first seq] → the payloads of that segment, one element an entry, null where forgotten. */
  'payloads',
  /** [entry id] → where an entry is and what a reader made of it: posts, reactions. */
  'posts',
  /** [feed name, time, entry id] → 0. Feeds newest last: 'home', 'person/ID', 'thread/ENTRY', 'react/ENTRY', 'inbox'. */
  'feeds',
  /** [storage key] → the highest record seen. */
  'records',
  /** [cid bytes] → the bytes of a block. */
  'blocks',
  /** [cid bytes] → size; [cid bytes, firm or lazy, person or manifest, name] → 0, a reason to keep it. */
  'blockMeta',
  /** [note id] → merged Yjs state and title. */
  'notes',
  /** [kind, id] → work that waits: unsent mentions, wanted blocks; sources of imports; references to blocks. */
  'queue',
  /** [request id] → outcome of a mutation, so that a replay after a failover changes nothing. */
  'requests',
  /** [device, peer device or host] → copies seen elsewhere: when and how far. */
  'copies',
  /** [kind, id] → what others said about storage, verified: the fact, and the bytes that show it to others. */
  'economy',
] as const
export type Table = (typeof TABLES)[number]

/** Bounds of a scan over one table. All keys with the prefix, optionally cut at either end (both exclusive). */
export interface Range {
  readonly prefix?: Key
  readonly after?: Key
  readonly before?: Key
  readonly reverse?: boolean
  readonly limit?: number
}

export interface Row<T> {
  readonly key: Key
  readonly value: T
}

/** Reads inside one transaction. Only these calls may be awaited inside it: anything else would end it. */
export interface ReadTransaction {
  get<T>(table: Table, key: Key): Promise<T | undefined>
  /** In the order of `keys`; undefined where there is none. */
  getMany<T>(table: Table, keys: readonly Key[]): Promise<(T | undefined)[]>
  list<T>(table: Table, range?: Range): Promise<Row<T>[]>
  count(table: Table, range?: Range): Promise<number>
}

/** Writes inside one transaction: all or nothing; its own reads see its writes. */
export interface WriteTransaction extends ReadTransaction {
  put<T>(table: Table, key: Key, value: T): Promise<void>
  putMany<T>(table: Table, rows: readonly Row<T>[]): Promise<void>
  delete(table: Table, key: Key): Promise<void>
  deleteRange(table: Table, range: Range): Promise<void>
}

/** `strict`: on disk when the promise resolves. `relaxed`: handed to the operating system. */
export type Durability = 'strict' | 'relaxed'

/** Thrown by writes when the disk or the browser's quota is full. The transaction changed nothing; reads go on. */
export class StoreFullError extends Error {
  override readonly name = 'StoreFullError'
}

/** Thrown by `open` when there is no storage (a private window, a refused disk) or another process holds it. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError'
  readonly reason: 'no-storage' | 'in-use' | 'newer-version'
  constructor(reason: 'no-storage' | 'in-use' | 'newer-version', message: string) {
    super(message)
    this.reason = reason
  }
}

/** The storage port. Transactions over the same table run one after the other; a throw inside one undoes it. */
export interface Store {
  read<T>(tables: readonly Table[], run: (tx: ReadTransaction) => Promise<T>): Promise<T>
  write<T>(tables: readonly Table[], durability: Durability, run: (tx: WriteTransaction) => Promise<T>): Promise<T>
  /** Bytes used and available as far as the platform tells. */
  estimate(): Promise<{ readonly used: number; readonly quota: number | undefined }>
  /** Deletes everything, for "delete this person from this browser" and tests. */
  destroy(): Promise<void>
  close(): Promise<void>
}
