/** What a test does when this machine lacks a tool that it needs. */

/**
 * Skips the test of `context`; fails it where everything is required (KITH_REQUIRE_ALL=1), so that a full run never
 * passes by leaving something out.
 */
export const skipWithout = (context: { readonly skip: (reason: string) => void }, reason: string): void => {
  if (process.env.KITH_REQUIRE_ALL === '1') throw new Error(`required: ${reason}`)
  context.skip(reason)
}
