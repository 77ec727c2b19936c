/** How far a figure of one run may be off: 95 % confidence intervals. */

/** A figure and its interval. */
export interface Interval {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** The 97.5 % point of the normal distribution. */
const Z = 1.959964

/** Wilson's interval of a proportion: holds also when `hits` is 0 or `count`. */
export const wilson = (hits: number, count: number): Interval => {
  const share = hits / count
  const scale = 1 + Z ** 2 / count
  const middle = (share + Z ** 2 / (2 * count)) / scale
  const reach = (Z / scale) * Math.sqrt((share * (1 - share)) / count + Z ** 2 / (4 * count ** 2))
  return { value: share, low: Math.max(0, middle - reach), high: Math.min(1, middle + reach) }
}

/** The normal interval of a mean of many values from 0 to 1. */
export const meanOf = (values: readonly number[]): Interval => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1)
  const reach = Z * Math.sqrt(variance / values.length)
  return { value: mean, low: Math.max(0, mean - reach), high: Math.min(1, mean + reach) }
}
