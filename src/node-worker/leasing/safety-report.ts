/** What is known, put together for the question whether things would survive a wipe (safety.ts). */
import { base32Decode, bytesToHex, equalBytes } from '../../core/bytes.ts'
import type { DeviceId, SubjectKey } from '../../core/economy/ledger-facts.ts'
import type { ItemSafety, SafetyView } from '../../rpc/safety.ts'
import { listReferred } from '../files/kept-blocks.ts'
import type { EntryPosition } from '../log/log-service.ts'
import type { Owning } from './owning.ts'
import type { LeasingPorts } from './ports.ts'
import { lastProofOf } from './proving.ts'
import { assessItem, assessSafety, type SafetyInput } from './safety.ts'
import { listThings } from './things.ts'
import { blockKey, logKey, logsOfItem } from './wanted.ts'

/** Whether things would survive a wipe now. */
export interface SafetyReport {
  readonly whole: SafetyView
  /** Of one post or note, by its id. Undefined where nothing of it is here. */
  ofItem(item: string): Promise<ItemSafety | undefined>
}

/** Devices, in hex, that acknowledged an entry of a log of this device. */
const acknowledgedBy = ({ services }: LeasingPorts, position: EntryPosition): Set<DeviceId> =>
  new Set(services.copies.holders(position).map(({ device }) => bytesToHex(base32Decode(device)!)))

/**
 * [PL21] Who holds a log of this device up to an entry: what was written since the holder was last here it has not. Of
 * logs of other devices of the person, and of blocks, the leases tell.
 * @param upTo newest entries that count, of the logs that are asked about
 */
const newestAt = (ports: LeasingPorts, upTo: ReadonlyMap<SubjectKey, EntryPosition>): SafetyInput['hasNewest'] => {
  const known = new Map(
    [...upTo]
      .filter(([, { device }]) => equalBytes(device, ports.device))
      .map(([key, position]) => [key, acknowledgedBy(ports, position)]),
  )
  return (key, device) => known.get(key)?.has(device) ?? true
}

/** The things of one item, and up to where it reaches in logs. */
const thingsOfItem = ({ services, me }: LeasingPorts, item: string) =>
  services.platform.store.read(['posts', 'queue', 'blockMeta'], async (tx) => {
    const referred = await listReferred(tx, () => true)
    const blocks = referred.filter(({ reasons }) => reasons.some(({ name, person }) => name === item && person === me))
    return { logs: await logsOfItem(tx, item), blocks: new Set(blocks.map(({ cid }) => blockKey(cid))) }
  })

/** Looks at everything. */
export const reportSafety = async (ports: LeasingPorts, owning: Owning): Promise<SafetyReport> => {
  const { services, book, me } = ports
  const { platform, settings } = services
  const heads = await services.logs.heads(me)
  const positions = new Map(heads.map((head) => [logKey(head), head]))
  const view = book.view()
  const input: SafetyInput = {
    me,
    now: platform.clock.now(),
    copies: settings.wanted().copies,
    things: await listThings(platform.store, me, heads, settings.wanted()),
    held: view.copiesOf(me),
    short: owning.short(),
    refusals: owning.refusals(),
    facts: owning.facts,
    lastProof: (copy) => lastProofOf(book, view, copy),
    isOnline: owning.isOnline,
    hasNewest: newestAt(ports, positions),
    card: services.personCard,
  }
  return {
    whole: assessSafety(input),
    async ofItem(item) {
      const { logs, blocks } = await thingsOfItem(ports, item)
      const copies = settings.copiesOf(item)
      const keys = [...logs.keys(), ...blocks]
      const upTo = new Map(
        [...logs].flatMap(([key, seq]) => {
          const head = positions.get(key)
          return head ? [[key, { ...head, seq }] as const] : []
        }),
      )
      if (logs.size === 0) return undefined
      const things = keys.map((key) => ({ key, steps: 0, copies }))
      return assessItem({ ...input, things, hasNewest: newestAt(ports, upTo) })
    },
  }
}
