/** Whom to connect to: pure, from what is followed and what hosts say about holders. */

/** A device that a host says is connected and holds what belongs to a person. */
export interface Candidate {
  /** Hex of the device's key. */
  readonly device: string
  /** Whose device it is, as proven to the host. */
  readonly person: string
}

/** Sessions that this node keeps up at most. */
export const MAX_SESSIONS = 48
/** Devices of others that are asked for one person's things, beside that person's own devices. */
export const MAX_OTHER_HOLDERS = 3
/** Devices with room that are asked at one time, while something of the person's has too few copies. */
export const MAX_PLACES = 6

/** What {@link chooseTargets} chooses from. */
export interface TargetInput {
  readonly me: string
  readonly ownDevice: string
  /** Persons of interest: oneself, those followed, those with something waiting for them. */
  readonly persons: readonly string[]
  readonly holders: (person: string) => readonly Candidate[]
  /** [EC11] Devices that have room, while something is to be left with them. */
  readonly places: readonly Candidate[]
  readonly isBlocked: (person: string) => boolean
  /** [KP3] Whether the first person asked the second to keep everything of theirs. */
  readonly isKeeper: (person: string, holder: string) => boolean
  /** Devices with a session: kept when they are of use, so that choices do not flutter. */
  readonly connected: ReadonlySet<string>
  /** Devices that could not be reached the last time: they come last. */
  readonly isFailing: (device: string) => boolean
}

/**
 * Devices (hex) to be connected to: a person's own devices and their keepers before other holders, and one of each person before a second
 * of any, so that whoever names many devices for one person does not push out the others.
 */
export function chooseTargets(input: TargetInput): string[] {
  const queues = [...input.persons.map((person) => candidatesFor(input, person)), placesFor(input)]
  const longest = Math.max(0, ...queues.map((queue) => queue.length))
  const chosen = new Set<string>()
  for (let turn = 0; turn < longest; turn++) {
    for (const queue of queues) {
      const device = queue[turn]
      if (device !== undefined && chosen.size < MAX_SESSIONS) chosen.add(device)
    }
  }
  return [...chosen]
}

function candidatesFor(input: TargetInput, person: string): string[] {
  const usable = inOrder(
    input,
    input.holders(person).filter((holder) => isUsable(input, holder)),
  )
  const isOwn = (holder: Candidate): boolean =>
    holder.person === person || holder.person === input.me || input.isKeeper(person, holder.person)
  const own = usable.filter(isOwn)
  const others = usable.filter((holder) => !isOwn(holder)).slice(0, MAX_OTHER_HOLDERS)
  return [...own, ...others].map((holder) => holder.device)
}

/** One device of each person: a second copy with one person is none. */
function placesFor(input: TargetInput): string[] {
  const usable = inOrder(
    input,
    input.places.filter((place) => isUsable(input, place) && place.person !== input.me),
  )
  const persons = new Set<string>()
  const first = usable.filter(({ person }) => !persons.has(person) && persons.add(person))
  return first.slice(0, MAX_PLACES).map(({ device }) => device)
}

const isUsable = (input: TargetInput, holder: Candidate): boolean =>
  holder.device !== input.ownDevice && !input.isBlocked(holder.person)

// Connected ones first, those that could not be reached last: a host may name devices that there are not. The rest in
// an order that differs from node to node, so that not all ask the same holder.
function inOrder(input: TargetInput, holders: readonly Candidate[]): Candidate[] {
  const rankOf = ({ device }: Candidate): string => {
    const state = input.connected.has(device) ? 0 : input.isFailing(device) ? 2 : 1
    return `${state}${xorPrefix(device, input.ownDevice)}`
  }
  return holders
    .map((holder) => ({ holder, rank: rankOf(holder) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ holder }) => holder)
}

const xorPrefix = (a: string, b: string): string =>
  ((Number.parseInt(a.slice(0, 8), 16) ^ Number.parseInt(b.slice(0, 8), 16)) >>> 0).toString(16).padStart(8, '0')
