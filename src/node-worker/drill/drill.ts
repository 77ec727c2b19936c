/**
 * The wipe drill: brings the person back beside this node, from others and with the words alone, and says whether all of
 * it came. Rules [RC15] to [RC19] of docs/protocol.
 */
import { wordsToEntropy } from '../../core/identity/words.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { DrillView } from '../../rpc/drill.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { JobView } from '../../rpc/views.ts'
import type { JobReport } from '../api/jobs.ts'
import type { RequestHandlers } from '../api/requests.ts'
import { dialableOrigin } from '../hosts/host-address.ts'
import type { InternalServices } from '../internal-services.ts'
import type { Self } from '../person/account.ts'
import { COUNT_EVERY, PATIENT_COUNTS } from '../recovery/follow-return.ts'
import { findRoot } from '../transfer/restore-person.ts'
import { compareAll } from './compare.ts'
import { nameLost } from './name-lost.ts'
import { openScratchNode, type ScratchNode, type StartNode } from './scratch-node.ts'
import { countHere, listWanted, type Wanted, wantedCount } from './wanted.ts'

/** Where an answer to the question was found, and the answer is no: nobody would come back with these words now. */
const isNo = (error: KithError): boolean =>
  error.type === 'keys-unproven' ||
  error.type === 'person-contested' ||
  error.type === 'secret-missing' ||
  // Without any host that answers nothing was tried.
  (error.type === 'person-not-found' && error.answered > 0)

/** What a drill is about. */
interface Scene {
  readonly self: Self
  readonly words: string
  /** What the person would type in, if it is not where the app comes from anyway. */
  readonly hosts: readonly string[]
}

/** Answers `drill` and `stop-drill`. */
export const drillRequests = (
  services: InternalServices,
  startNode: StartNode,
): Pick<RequestHandlers, 'drill' | 'stop-drill'> => {
  const { account, jobs, persons, platform, settings } = services
  const { clock, timers } = platform
  let running: string | undefined

  /**
   * [RC18] Until all is there, or nothing more came for as long as whoever has it may take.
   * @returns false when something found no room here: that says nothing of those who have it
   */
  const waitForAll = async (
    scratch: ScratchNode,
    wanted: Wanted,
    report: JobReport,
    signal: AbortSignal,
  ): Promise<boolean> => {
    const total = wantedCount(wanted)
    let before = -1
    for (let still = 0; still < PATIENT_COUNTS && !signal.aborted; still++) {
      const done = await countHere(scratch.services, wanted)
      report({ done })
      if (done >= total) return true
      if (scratch.isFull()) return false
      if (done !== before) still = 0
      before = done
      await new Promise<void>((resolve) => timers.setTimeout(resolve, COUNT_EVERY))
    }
    return true
  }

  /** [RC17] Whoever signs the next key event here has to know of the drill's device. */
  const learnDevice = async (scratch: ScratchNode, person: string): Promise<void> => {
    await persons.applyKeyEvents(person, scratch.services.persons.get(person)?.events ?? [])
  }

  const rehearse = async (
    scratch: ScratchNode,
    { self, words, hosts }: Scene,
    wanted: Wanted,
    report: JobReport,
    signal: AbortSignal,
  ): Promise<Result<Omit<DrillView, 'milliseconds'>, KithError>> => {
    const tell = ({ step, name }: JobView): void =>
      report({ ...(step && { step }), ...(name !== undefined && { name }) })
    const restored = await scratch.restore(words, hosts, tell, signal)
    if (!restored.ok && !isNo(restored.error)) return restored
    if (restored.ok) {
      await learnDevice(scratch, self.person)
      if (!(await waitForAll(scratch, wanted, report, signal))) return err({ type: 'storage-full' })
    }
    if (signal.aborted) return err({ type: 'aborted' })
    const there = restored.ok ? scratch.services : undefined
    const { entries, blocks, bytes, ...lost } = await compareAll(services, there, self.person, wanted)
    const named = await nameLost(services, self.person, { entries, blocks, bytes, ...lost })
    const survives = restored.ok && named.lost === 0
    return ok({ survives, entries, blocks, bytes, ...named, ...(!restored.ok && { because: restored.error }) })
  }

  const run = async (scene: Scene, report: JobReport, signal: AbortSignal): Promise<KithError | undefined> => {
    const { person, device } = scene.self
    const started = clock.now()
    const wanted = await listWanted(services, person)
    report({ step: 'asking', total: wantedCount(wanted) })
    const scratch = await openScratchNode(platform, device.signer.publicKey, startNode)
    const outcome = await rehearse(scratch, scene, wanted, report, signal)
      .then((result) => ({ result, milliseconds: clock.now() - started }))
      .finally(scratch.close)
    if (!outcome.result.ok) return outcome.result.error
    report({ drill: { ...outcome.result.value, milliseconds: outcome.milliseconds } })
    return undefined
  }

  return {
    async drill({ words, hosts: named = [] }) {
      const self = account.self()
      const state = self && (await persons.keyState(self.person))
      if (!self || !state) return err({ type: 'no-person' })
      const entropy = await wordsToEntropy(words)
      if (!entropy.ok) return entropy
      // Words of somebody else would bring back somebody else.
      if (!(await findRoot(state, entropy.value, platform.crypto))) return err({ type: 'not-your-words' })
      const wrong = named.find((host) => dialableOrigin(host) === undefined)
      if (wrong !== undefined) return err({ type: 'bad-host', reason: wrong })
      const hosts = [...named, ...settings.get().hosts].filter((host) => dialableOrigin(host) !== undefined)
      running ??= jobs.start('drill', (report, signal) =>
        run({ self, words, hosts }, report, signal).finally(() => {
          running = undefined
        }),
      )
      return ok({ job: running })
    },
    async 'stop-drill'() {
      if (running !== undefined) jobs.stop(running)
      return ok({})
    },
  }
}
