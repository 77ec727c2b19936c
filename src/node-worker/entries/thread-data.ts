/** What the main thread of a peer on Node.js tells its worker thread. */

/** `workerData` of worker-thread.ts. */
export interface ThreadData {
  /** Folder of this peer's store and keys; it must exist. */
  readonly dataDir: string
  /** Hosts to meet others at. */
  readonly hosts: readonly string[]
  /** Under which links to this person are made. */
  readonly publicUrl?: string
  readonly deviceName: string
}

/** Sent from the main thread, beside hellos: finish and end. */
export interface ToThread {
  readonly type: 'stop'
}
