/** Random numbers from a seed, and the distributions that the simulation draws from. */

/** Uniform numbers, at least 0 and less than 1: Mulberry32, a 32-bit state and a good mix, fast. */
export const seededDice = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A Weibull variable with this shape and scale, by inversion. */
export const weibull = (dice: () => number, shape: number, scale: number): number =>
  scale * (-Math.log(1 - dice())) ** (1 / shape)

/** A standard normal variable (Box and Muller). */
const normal = (dice: () => number): number => Math.sqrt(-2 * Math.log(1 - dice())) * Math.cos(2 * Math.PI * dice())

/** A lognormal variable with this median; `sigma` is the standard deviation of its logarithm. */
export const logNormal = (dice: () => number, median: number, sigma: number): number =>
  median * Math.exp(sigma * normal(dice))

/** An exponential variable with this mean. */
export const exponential = (dice: () => number, mean: number): number => -mean * Math.log(1 - dice())

/** An integer from 0 to `count` − 1. */
export const pick = (dice: () => number, count: number): number => Math.floor(dice() * count)
