/**
 * One process a data folder. Node has no advisory file locks, so a file made exclusively names the process that holds
 * the folder; a file whose process is gone is taken over.
 */
import { randomUUID } from 'node:crypto'
import { constants, copyFile, link, mkdir, readFile, rmdir, stat, unlink, writeFile } from 'node:fs/promises'
import { uptime } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { StoreUnavailableError } from './store.ts'

const { COPYFILE_EXCL: EXCL } = constants
const ATTEMPTS = 20
const RETRY_MS = 10
/** A process that died while it removed a stale file leaves the way blocked for so long. */
const TURN_MS = 5000
/** Files and processes get their times from different clocks. */
const CLOCK_SLACK_MS = 20

// A second opening on this thread, in the same millisecond perhaps.
const held = new Set<string>()

/** Takes the lock file. @returns what gives it back. @throws StoreUnavailableError with reason `in-use` */
export async function takeProcessLock(path: string): Promise<() => Promise<void>> {
  if (held.has(path)) throw inUse(process.pid)
  held.add(path)
  try {
    await takeFile(path)
  } catch (error) {
    held.delete(path)
    throw error
  }
  return async () => {
    held.delete(path)
    await unlink(path).catch(() => undefined)
  }
}

async function takeFile(path: string): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await makeFile(path)) return
    const holder = await readHolder(path)
    if (typeof holder === 'number') throw inUse(holder)
    if (holder === 'stale') await removeStale(path)
  }
  throw inUse(undefined)
}

// Made aside and linked into place, so that nobody ever reads it before the number stands in it.
async function makeFile(path: string): Promise<boolean> {
  const aside = `${path}.${process.pid}.${randomUUID()}`
  await writeFile(aside, String(process.pid), { flag: 'wx' })
  try {
    // Not every file system has links.
    await link(aside, path).catch((error) => (isThere(error) ? Promise.reject(error) : copyFile(aside, path, EXCL)))
    return true
  } catch (error) {
    if (isThere(error)) return false
    throw error
  } finally {
    await unlink(aside)
  }
}

const isThere = (error: unknown): boolean => (error as { code?: string }).code === 'EEXIST'

/** The process that holds the file; `stale` when it is gone, `none` when there is no file. */
async function readHolder(path: string): Promise<number | 'stale' | 'none'> {
  const found = await Promise.all([readFile(path, 'utf8'), stat(path)]).catch(() => undefined)
  if (!found) return 'none'
  const [text, { mtimeMs }] = found
  const holder = Number(text)
  if (!(holder > 0)) return 'stale'
  // Ids are given out anew: a file older than the process, or than this start of the machine, is somebody else's.
  const age = holder === process.pid ? process.uptime() : uptime()
  const isOfNow = mtimeMs >= Date.now() - age * 1000 - CLOCK_SLACK_MS
  return isOfNow && (holder === process.pid || isAlive(holder)) ? holder : 'stale'
}

// Two that find a stale file at once must not remove each other's new one: only who makes this folder removes.
async function removeStale(path: string): Promise<void> {
  const turn = `${path}.turn`
  try {
    await mkdir(turn)
  } catch {
    const { mtimeMs } = await stat(turn).catch(() => ({ mtimeMs: Date.now() }))
    if (mtimeMs < Date.now() - TURN_MS) await rmdir(turn).catch(() => undefined)
    return delay(RETRY_MS)
  }
  try {
    // Looked at again: whoever had the turn before may have removed it, and another made its own.
    if ((await readHolder(path)) === 'stale') await unlink(path).catch(() => undefined)
  } finally {
    await rmdir(turn).catch(() => undefined)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM'
  }
}

const inUse = (pid: number | undefined) =>
  new StoreUnavailableError('in-use', `the data folder is held by process ${pid ?? 'unknown'}`)
