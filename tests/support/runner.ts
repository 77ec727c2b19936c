/**
 * One set of test verbs for both places tests run: Mocha's globals in a browser (web-test-runner puts them there),
 * node:test on Node. A suite written against this module runs in either without a word changed.
 */
import { isBrowser, nodeModule } from './node-module.ts'

/** What a running test may say about itself. */
export interface TestContext {
  /** Ends the test as skipped; `reason` is printed. */
  readonly skip: (reason: string) => never
}

/** What it returns is awaited and otherwise ignored, so that a body may be one assertion. */
type Body = (context: TestContext) => unknown
type Hook = () => void | Promise<void>
/** Milliseconds a test may take; the default is the runner's. */
type Options = { readonly timeout?: number }

interface Verbs {
  readonly describe: (title: string, body: () => void) => void
  readonly it: (title: string, body: Body, options?: Options) => void
  readonly before: (hook: Hook) => void
  readonly after: (hook: Hook) => void
  readonly beforeEach: (hook: Hook) => void
  readonly afterEach: (hook: Hook) => void
}

/** Thrown to leave a node:test body after `skip`, which does not stop it by itself. */
class Skipped extends Error {}

const mochaVerbs = (): Verbs => {
  const it: Verbs['it'] = (title, body, options) => {
    const test = globalThis.it(title, function () {
      const skip = (reason: string): never => {
        console.info(`skipped: ${title}: ${reason}`)
        return this.skip()
      }
      return body({ skip })
    })
    if (options?.timeout) test.timeout(options.timeout)
  }
  const { describe, before, after, beforeEach, afterEach } = globalThis
  return { describe: (title, body) => void describe(title, body), it, before, after, beforeEach, afterEach }
}

const nodeVerbs = async (): Promise<Verbs> => {
  const node = await nodeModule<typeof import('node:test')>('test')
  const it: Verbs['it'] = (title, body, options = {}) => {
    void node.it(title, options, async (context) => {
      const skip = (reason: string): never => {
        context.skip(reason)
        throw new Skipped()
      }
      try {
        await body({ skip })
      } catch (error) {
        if (!(error instanceof Skipped)) throw error
      }
    })
  }
  const describe: Verbs['describe'] = (title, body) => void node.describe(title, body)
  const { before, after, beforeEach, afterEach } = node
  return {
    describe,
    it,
    before: (hook) => before(hook),
    after: (hook) => after(hook),
    beforeEach: (hook) => beforeEach(hook),
    afterEach: (hook) => afterEach(hook),
  }
}

const verbs = isBrowser ? mochaVerbs() : await nodeVerbs()

export const { describe, it, before, after, beforeEach, afterEach } = verbs
