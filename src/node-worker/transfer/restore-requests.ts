/**
 * Restore: the words and an archive make the person whole on this device. Everything that can fail for the whole is
 * found out before anything is stored; after that each block stands for itself, and an archive that is given again
 * brings what is still missing. Rules X5 to X9 of docs/protocol.
 */
import type { Block } from '../../core/blocks/cid.ts'
import { wordsToEntropy } from '../../core/identity/words.ts'
import { decodeRecord } from '../../core/records/record.ts'
import { PATHS } from '../../core/records/storage-key.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { JobReport } from '../api/jobs.ts'
import type { RequestHandlers } from '../api/requests.ts'
import { dialableOrigin } from '../hosts/host-address.ts'
import type { InternalServices } from '../internal-services.ts'
import { startRecovery } from '../recovery/recover.ts'
import type { Connection } from '../services.ts'
import { createMutex } from '../stores/mutex.ts'
import { type OpenArchive, openArchive } from './open-archive.ts'
import { openHeld } from './open-held.ts'
import { recover, signInRecovered } from './restore-person.ts'

/** Records that say what the logs say too; the others were signed anew. */
const KEPT_PATHS: readonly string[] = [PATHS.heads, PATHS.profile]

/** Answers `restore`. */
export const restoreRequests = (
  services: InternalServices,
  connection: Connection,
): Pick<RequestHandlers, 'restore'> => {
  const { account, files, jobs, logs, records } = services
  const oneAtATime = createMutex()

  const keepRecords = async (archive: OpenArchive): Promise<void> => {
    for (const bytes of archive.records) {
      const signed = decodeRecord(bytes)
      if (!signed.ok || signed.value.record.kind !== 'public') continue
      if (KEPT_PATHS.includes(signed.value.record.path)) await records.put(signed.value.record.key, bytes)
    }
  }

  /** Takes in everything behind the records. Counted as left out: what is damaged, refused, or never came. */
  const takeIn = async (archive: OpenArchive, report: JobReport): Promise<KithError | undefined> => {
    const { person } = archive.root
    const missing = new Set(archive.root.logs.flatMap(({ segments }) => segments.map(String)))
    let refused = 0
    let added = 0
    const takeSegment = async ({ cid, bytes }: Block): Promise<KithError | undefined> => {
      const taken = await logs.ingest(person, bytes)
      if (taken.ok) {
        added += taken.value.added
        missing.delete(String(cid))
        return undefined
      }
      refused++
      return taken.error.type === 'full' ? { type: 'storage-full' } : undefined
    }
    const tell = (): void => {
      // What is damaged or refused is missing as well, unless it belongs to a file; what never came is only missing.
      const malformed = Math.max(refused, missing.size)
      report({ added, skipped: malformed > 0 ? { malformed } : {} })
    }
    await keepRecords(archive)
    let error: KithError | undefined
    for (let next = await archive.next(); next && !error; next = await archive.next()) {
      if (!next.ok) refused++
      else if (missing.has(String(next.value.cid))) error = await takeSegment(next.value)
      else await files.put(String(next.value.cid), next.value.bytes)
      report({ added })
    }
    tell()
    return error
  }

  /** Makes sure that the archive's person is the one whose things are here, if anybody's are. */
  const signIn = async (archive: OpenArchive, entropy: Uint8Array): Promise<Result<unknown, KithError>> => {
    const self = account.self()
    const present = self?.person ?? account.lost()
    if (present !== undefined && present !== archive.root.person) return err({ type: 'person-exists' })
    const recovered = await recover(services, archive, entropy)
    return recovered.ok && !self ? signInRecovered(services, recovered.value) : recovered
  }

  const open = (file: Blob | undefined, onRead: (bytes: number) => void): Promise<Result<OpenArchive, KithError>> =>
    file ? openArchive(file, onRead) : openHeld(services)

  const start = async (file: Blob | undefined, entropy: Uint8Array): Promise<Result<{ job: string }, KithError>> => {
    let report: JobReport = () => {}
    const archive = await open(file, (done) => report({ done }))
    if (!archive.ok) return archive
    const signedIn = await signIn(archive.value, entropy)
    if (!signedIn.ok) {
      await archive.value.close()
      return signedIn
    }
    const job = jobs.start('restore', async (tell) => {
      report = tell
      report({ total: file?.size ?? 0 })
      try {
        return await takeIn(archive.value, tell)
      } finally {
        await archive.value.close()
      }
    })
    return ok({ job })
  }

  const recoverAlone = (entropy: Uint8Array, hosts: readonly string[]) => {
    const wrong = hosts.find((host) => dialableOrigin(host) === undefined)
    if (wrong !== undefined) return err({ type: 'bad-host', reason: wrong } as const)
    return ok({ job: startRecovery(services, connection, entropy, hosts) })
  }

  return {
    async restore({ words, archive, hosts = [] }) {
      const entropy = await wordsToEntropy(words)
      if (!entropy.ok) return entropy
      // [RC5] With nothing at all here the network is asked.
      if (!archive && !account.self() && account.lost() === undefined) return recoverAlone(entropy.value, hosts)
      return oneAtATime(() => start(archive, entropy.value))
    },
  }
}
