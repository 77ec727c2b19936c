/** Foreign storage: a person's own S3 bucket or HTTP server, where their blocks are kept beside what peers hold. */

/** Where it is. Nothing of this is secret. */
export interface ForeignPlace {
  /** `s3`: signed with SigV4, path-style addresses. `http`: plain PUT, GET, HEAD and DELETE. */
  readonly kind: 's3' | 'http'
  /** Of `s3` the server (`https://s3.example.org`), of `http` the folder in which blocks are put. */
  readonly endpoint: string
  /** Of `s3` only; empty otherwise. */
  readonly region: string
  readonly bucket: string
  /** What names of objects begin with; may be empty. */
  readonly prefix: string
  /** Empty for `http`. */
  readonly accessKey: string
  /** Where the objects are read without keys, when that is elsewhere; may be empty. */
  readonly publicUrl: string
}

/** What a person enters. */
export interface ForeignInput extends ForeignPlace {
  /**
   * Of `s3` the secret key, of `http` the `Authorization` header; may be empty there. Empty stands for the one that is
   * kept, if server and access key are those that it is kept for.
   */
  readonly secret: string
}

/** What a test found; a test that fails is a {@link ForeignFailure}. */
export interface ForeignTrial {
  /** Whether anyone, pages of other sites included, can read without keys: then the URLs are told to others. */
  readonly isPublic: boolean
  /** Seconds by which this device's clock is ahead of the server's, when that had to be made up for. */
  readonly clockAhead?: number
}

/** Why foreign storage does not do. */
export type ForeignReason =
  /** An address that is not https, or plain http to another machine, or not an address. `detail` names the field. */
  | 'bad-address'
  /** This device cannot open the secret that another device of the person entered. */
  | 'locked'
  /** The key is not known there, or the secret does not belong to it. */
  | 'wrong-key'
  /** The bucket belongs to another region; `detail` is the right one when the server said it. */
  | 'wrong-region'
  /** The clocks differ by more than the server allows, and by how much is in `seconds` when it is known. */
  | 'clock-skewed'
  /** No such bucket or folder. */
  | 'no-bucket'
  /** The key is fine and may not do this. */
  | 'refused'
  /** The server is there and does not let pages read its answers: no CORS, on some servers also every error. */
  | 'closed-to-pages'
  /** No answer at all. */
  | 'unreachable'
  /** It sends elsewhere, which is not followed. */
  | 'redirected'
  /** No room there. */
  | 'full'
  /** It asks to come back later. */
  | 'busy'
  /** What came back is not what was put there. */
  | 'wrong-bytes'
  /** It answered something else; `detail` says what. */
  | 'unexpected'

/** A failure of foreign storage. */
export interface ForeignFailure {
  readonly type: 'foreign-storage'
  readonly reason: ForeignReason
  /** For "Details": status and code. */
  readonly detail?: string
  readonly seconds?: number
}

/** What the page about storage shows. */
export interface ForeignStorageView {
  /** Absent while none is used. The secret never leaves the node. */
  readonly place?: ForeignPlace
  readonly isPublic: boolean
  /** Blocks that are there, and their bytes. */
  readonly stored: number
  readonly bytes: number
  /** Blocks that are still to be put there or deleted. */
  readonly waiting: number
  /** Why it does not go on, and when it is tried again, by the clock. */
  readonly error?: ForeignFailure
  readonly retryAt?: number
}
