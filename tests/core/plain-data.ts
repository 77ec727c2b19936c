/** What dag-cbor can hold, for property tests. */
import fc from 'fast-check'

/** Any plain data: null, booleans, whole numbers, fractions, texts, bytes, arrays, objects of these. */
export const plainData = fc.anything({
  key: fc.string().filter((key) => key !== '/'),
  maxDepth: 4,
  values: [
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.constantFrom(0.5, -1.25, 1e300),
    fc.string({ unit: 'binary' }),
    fc.uint8Array(),
  ],
})
