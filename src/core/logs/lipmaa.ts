/**
 * Lipmaa links: besides its predecessor an entry links to one further back, chosen so that between any two entries
 * there is a path of logarithmically many links (Helger Lipmaa, "Secure and efficient time-stamping systems", 1999;
 * github.com/AljoschaMeyer/bamboo). Positions count from 1; 0 stands for "none".
 */

/** The last position: (3^33 - 1) / 2, up to which every step below is exact in a double. */
export const MAX_SEQ = 2_779_530_283_277_761

/** Where the lipmaa link of `seq` points: 0 1 2 1 4 5 6 4 8 9 10 8 4 for 1 to 13. */
export const lipmaaOf = (seq: number): number => {
  // The heads of complete trees are (3^k - 1) / 2: 1, 4, 13, 40, …; each links to the head before it.
  let head = 1
  while (head < seq) head = head * 3 + 1
  if (head === seq) return (head - 1) / 3
  // Everything else jumps over the smallest complete tree that ends just before it.
  let jump = head
  let rest = seq
  while (rest > 0) {
    jump = (jump - 1) / 3
    rest %= jump
  }
  return seq - jump
}

/** Whether the entry at `seq` carries a lipmaa link: Bamboo leaves it out where it equals the backlink. */
export const needsLipmaa = (seq: number): boolean => lipmaaOf(seq) !== seq - 1

/** The shortest way over links from `from` back to `to` (`to` ≤ `from`): all positions on it, both ends included. */
export const lipmaaPath = (from: number, to: number): number[] => {
  const path = [from]
  for (let at = from; at > to; path.push(at)) {
    const far = lipmaaOf(at)
    at = far >= to ? far : at - 1
  }
  return path
}
