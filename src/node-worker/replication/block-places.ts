/**
 * Room in memory for blocks that are on their way or wait to be stored, counted for the whole node. One block of each
 * session needs no place: whoever is slow or silent can use up the places, and still nobody is kept from the rest. [SY24]
 */

/** Places in one node. */
export const MAX_BLOCK_PLACES = 32

/** The places of a node. */
export interface BlockPlaces {
  hasFree(): boolean
  /** One session's share of them. */
  share(): PlaceShare
}

/** What one session takes up. */
export interface PlaceShare {
  /** Says how many blocks the session has asked for and not seen stored. Ask {@link BlockPlaces.hasFree} before a second. */
  hold(blocks: number): void
}

/** All free. */
export const createBlockPlaces = (): BlockPlaces => {
  let taken = 0
  return {
    hasFree: () => taken < MAX_BLOCK_PLACES,
    share() {
      let held = 0
      return {
        hold(blocks) {
          const needed = Math.max(0, blocks - 1)
          taken += needed - held
          held = needed
        },
      }
    },
  }
}
