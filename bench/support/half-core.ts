/** Holds a whole tree of processes to half a core: the DevTools throttle does not reach workers. */
import { spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, rmdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A program that starts another one held, and how that is done. */
export interface HeldProgram {
  readonly executable: string
  readonly how: string
  close(): Promise<void>
}

const SHARE = 0.5
const PERIOD_US = 100_000
const QUOTA_US = PERIOD_US * SHARE

interface Group {
  readonly folder: string
  readonly how: string
}

const makeGroup = async (parent: string, how: string, limits: Readonly<Record<string, string>>): Promise<Group> => {
  const folder = join(parent, `kith-bench-${process.pid}`)
  await mkdir(folder)
  try {
    // Files that the kernel made: elsewhere the folder would be one like any other, and hold nothing back.
    for (const [file, value] of Object.entries(limits)) await writeFile(join(folder, file), value, { flag: 'r+' })
    return { folder, how }
  } catch (error) {
    await rmdir(folder)
    throw error
  }
}

const makeGroupV2 = async (): Promise<Group> => {
  const own = (await readFile('/proc/self/cgroup', 'utf8')).match(/^0::(.*)$/m)?.[1] ?? '/'
  const limits = { 'cpu.max': `${QUOTA_US} ${PERIOD_US}` }
  return makeGroup(join('/sys/fs/cgroup', own), 'cgroup v2 cpu.max', limits)
}

const makeGroupV1 = (): Promise<Group> =>
  makeGroup('/sys/fs/cgroup/cpu', 'cgroup v1 cpu.cfs_quota_us', {
    'cpu.cfs_period_us': String(PERIOD_US),
    'cpu.cfs_quota_us': String(QUOTA_US),
  })

const cpulimit = (): string | undefined =>
  spawnSync('which', ['cpulimit'], { encoding: 'utf8' }).stdout.trim() || undefined

/** A stand-in for `program` that runs it in `group`, which its children inherit, or else under cpulimit. */
const scriptFor = (program: string, group: Group | undefined): string =>
  group
    ? `echo $$ > ${group.folder}/cgroup.procs && exec ${program} "$@"`
    : `exec cpulimit -f -q -i -l ${SHARE * 100} -- ${program} "$@"`

/** `program`, held to half a core. Undefined where neither cgroups are writable nor cpulimit is installed. */
export const holdToHalfCore = async (program: string): Promise<HeldProgram | undefined> => {
  const group = await makeGroupV2()
    .catch(makeGroupV1)
    .catch(() => undefined)
  if (!group && !cpulimit()) return undefined
  const folder = await mkdtemp(join(tmpdir(), 'kith-held-'))
  const executable = join(folder, 'program')
  await writeFile(executable, `#!/bin/sh\n${scriptFor(program, group)}\n`)
  await chmod(executable, 0o755)
  return {
    executable,
    how: group?.how ?? 'cpulimit -i',
    async close() {
      await rm(folder, { recursive: true })
      // The last process may take a moment to leave the group.
      for (let i = 0; group && i < 50; i++) {
        if (
          await rmdir(group.folder).then(
            () => true,
            () => false,
          )
        )
          break
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    },
  }
}
