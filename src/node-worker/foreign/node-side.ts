/**
 * What foreign storage asks of the rest of the node: its setting, what is sealed, what is said in the public log, and
 * where a stranger's word may lead.
 */
import type { Result } from '../../core/result.ts'
import { BLOCK_BASES, folderOrigin, isBase } from '../../core/swarm/block-bases.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { RequestContext } from '../api/requests.ts'
import { listKept } from '../files/kept-blocks.ts'
import { createBackOff } from '../hosts/back-off.ts'
import { createStrangersHosts } from '../hosts/host-address.ts'
import type { InternalServices } from '../internal-services.ts'
import { LOG_FEED, type NewEntry } from '../log/log-service.ts'
import { newPayload, SEALED } from '../log/sealing.ts'
import type { Self } from '../person/account.ts'
import { getState } from '../person/account-state.ts'
import { changeState } from '../person/change-state.ts'
import { StoreFullError } from '../stores/store.ts'
import { createFetchHttp } from './fetch-http.ts'
import { FOREIGN_SETTING } from './setting-key.ts'

/** The node's side. */
export const createNodeSide = (services: InternalServices) => {
  const { platform, sealing, settings, persons, logs } = services
  const { random, store } = platform
  /** Which addresses may be asked on somebody else's word. */
  const strangersHosts = () => createStrangersHosts({ own: settings.get().hosts, home: platform.defaultHosts })
  return {
    ...services,
    folderOrigin,
    listKept,
    /** Whether what was thrown says that there is no room here. */
    isFull: (thrown: unknown): boolean => thrown instanceof StoreFullError,
    createBackOff,
    strangersHosts,
    http: platform.http ?? createFetchHttp(platform.fetch),
    /** Whether others, who go by the same rules, would go where a base leads. */
    isForOthers: (base: string): boolean => isBase(base) && strangersHosts()(base) !== undefined,
    /** The setting as it is stored. */
    setting: () => store.read(['meta'], (tx) => getState(tx, FOREIGN_SETTING)),
    changeSetting: (value: unknown, context: RequestContext): Promise<Result<Record<never, never>, KithError>> =>
      changeState(services, { [FOREIGN_SETTING]: value }, {}, context),
    /** The body of a sealed payload. */
    seal: async (self: Self, entry: NewEntry): Promise<unknown> =>
      (await sealing.seal(self, newPayload(random, entry))).body,
    /** What is in the body of a sealed payload. */
    unseal: (self: Self, body: unknown): Promise<NewEntry | undefined> =>
      sealing.open(self, newPayload(random, { type: SEALED, body })),
    /** Says in the public log where blocks can be read, unless that is what it says. */
    async sayBases(self: Self, bases: readonly string[], context: RequestContext): Promise<void> {
      const said = persons.get(self.person)?.blockBases
      if ((said?.bases ?? []).join() === bases.join()) return
      // A clock that was set back must not make the new word the older one.
      const time = Math.max(context.time, (said?.time ?? 0) + 1)
      await logs.append(self, LOG_FEED, [{ type: BLOCK_BASES, body: { bases, time } }])
    },
  }
}

/** See {@link createNodeSide}. */
export type NodeSide = ReturnType<typeof createNodeSide>
