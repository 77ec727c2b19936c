/** Which hosts to be connected to: pure, from the person's own and from where the people they follow are found. */
import { MAX_LINK_HOSTS } from '../../core/identity/person-link.ts'

/** The person's own hosts that are dialled at most. */
export const MAX_OWN_HOSTS = 8
/** Hosts of people followed that are dialled beside them at most. */
export const MAX_OTHER_HOSTS = 8

/** What {@link chooseHosts} chooses from. Hosts are dialable origins. */
export interface HostChoice {
  readonly own: readonly string[]
  /** For each person followed the hosts that their link named: strangers write these. */
  readonly people: readonly (readonly string[])[]
  readonly isConnected: (host: string) => boolean
  /** Failed lately, and is to wait. */
  readonly isFailing: (host: string) => boolean
}

/**
 * All own hosts, and a fair share for each person ([H26]): one host of everybody before a second of anybody, whatever
 * a single link names; who is found on a host that is chosen already is served. Hosts that fail come after all others,
 * and of the others those that are connected first, so that nothing that works gives way to a mere attempt.
 */
export function chooseHosts(choice: HostChoice): string[] {
  const own = new Set(choice.own.slice(0, MAX_OWN_HOSTS))
  const chosen = new Set(own)
  const isFull = (): boolean => chosen.size >= own.size + MAX_OTHER_HOSTS
  const all = choice.people.map((hosts) => hosts.slice(0, MAX_LINK_HOSTS))
  const sound = all.map((hosts) => hosts.filter((host) => !choice.isFailing(host)))
  for (const people of [sound, all]) {
    for (let turn = 0; turn < MAX_LINK_HOSTS && !isFull(); turn++) {
      for (const host of turnOf(turn, people, chosen, choice.isConnected)) if (!isFull()) chosen.add(host)
    }
  }
  return [...chosen]
}

/** The next host of each person who has no more than `turn` chosen ones, connected ones before others. */
function turnOf(
  turn: number,
  people: readonly (readonly string[])[],
  chosen: ReadonlySet<string>,
  isConnected: (host: string) => boolean,
): string[] {
  const next = people.flatMap((hosts) => {
    const left = hosts.filter((host) => !chosen.has(host))
    return hosts.length - left.length > turn ? [] : (left.find(isConnected) ?? left[0] ?? [])
  })
  return [...next.filter(isConnected), ...next.filter((host) => !isConnected(host))]
}
