/** One page of any engine, used as a person would: find a control by its name, fill, click, read. */
import { writeFile } from 'node:fs/promises'
import { audit } from './audit.ts'
import {
  type Action,
  act,
  type ControlQuery,
  type FileData,
  type Found,
  type NameQuery,
  visibleText,
} from './in-page.ts'
import { DEFAULT_TIMEOUT_MS, waitFor } from './wait.ts'

/** What an engine's driver must be able to do; everything else is built on it. */
export interface Driver {
  readonly goto: (url: string) => Promise<void>
  readonly reload: () => Promise<void>
  /** Errors that the page reported so far: exceptions, console errors, refusals of its security policy. */
  readonly problems: () => readonly string[]
  /** Runs a function of the page's world. Arguments and result pass as JSON; a promise is awaited. */
  readonly evaluate: <Result>(source: string, args: readonly unknown[]) => Promise<Result>
  readonly clickAt: (x: number, y: number) => Promise<void>
  readonly press: (key: string) => Promise<void>
  readonly screenshot: () => Promise<Uint8Array>
  readonly resize: (width: number, height: number) => Promise<void>
  readonly close: () => Promise<void>
}

/** A file to give to a file field. */
export interface Upload {
  readonly name: string
  readonly type: string
  readonly bytes: Uint8Array
}

type Name = string | RegExp

/** So much of a page's text goes into an error message. */
const SHOWN = 800

/** Every verb waits for its control and throws a sentence when none appears within its timeout. */
export interface Page {
  readonly goto: (url: string) => Promise<void>
  readonly reload: () => Promise<void>
  /** Types into the field of that accessible name, replacing what is there; of a list it chooses what reads so. */
  readonly fill: (name: Name, text: string) => Promise<void>
  /** Presses the control of that role ('button', 'link', 'menuitem', 'tab', ...) with a real pointer. */
  readonly click: (role: string, name: Name) => Promise<void>
  /** Presses a key on whatever has the focus: 'Enter', 'Escape', 'Tab'. */
  readonly press: (key: string) => Promise<void>
  /** Gives files to a file field. */
  readonly attach: (name: Name, ...files: readonly Upload[]) => Promise<void>
  /** All text that is shown now. */
  readonly text: () => Promise<string>
  /** How many such controls are shown now; does not wait. */
  readonly count: (role: string, name: Name) => Promise<number>
  readonly waitForControl: (role: string, name: Name, timeout?: number) => Promise<void>
  readonly waitForText: (text: Name, timeout?: number) => Promise<void>
  /** The same page, where controls are looked for only in the first container of `role` that shows `text`. */
  readonly within: (role: string, text: string) => Page
  /** Errors that the page reported so far; WebKitGTK's driver tells none. */
  readonly problems: () => readonly string[]
  /** What axe-core finds serious or critical on this page, one line a finding. */
  readonly audit: () => Promise<readonly string[]>
  /** Runs a self-contained function in the page; arguments and result pass as JSON. */
  readonly evaluate: <Args extends readonly unknown[], Result>(
    run: (...args: Args) => Result,
    ...args: Args
  ) => Promise<Awaited<Result>>
  /** Writes a PNG. */
  readonly screenshot: (path: string) => Promise<void>
  readonly resize: (width: number, height: number) => Promise<void>
  readonly close: () => Promise<void>
}

const toQuery = (name: Name): NameQuery =>
  typeof name === 'string' ? { text: name } : { source: name.source, flags: name.flags }

const toFile = ({ name, type, bytes }: Upload): FileData => ({
  name,
  type,
  base64: Buffer.from(bytes).toString('base64'),
})

/** A test runner's compiler marks functions with a helper that pages do not have. */
const sourceOf = (run: (...args: never[]) => unknown): string =>
  `(...args) => { const __name = (value) => value; return (${run})(...args) }`

/** Builds the verbs on a driver. */
export const createPage = (driver: Driver, scope?: ControlQuery['scope']): Page => {
  const evaluate: Page['evaluate'] = (run, ...args) => driver.evaluate(sourceOf(run), args)

  const text: Page['text'] = () => evaluate(visibleText)

  /** A failure says what the page showed instead. */
  const orShow = async <Value>(waiting: Promise<Value>): Promise<Value> => {
    try {
      return await waiting
    } catch (error) {
      const shown = await text().catch(String)
      throw new Error(`${(error as Error).message}; the page shows:\n${shown.slice(0, SHOWN)}`, { cause: error })
    }
  }

  const control = (query: ControlQuery, action: Action, timeout: number): Promise<Found> => {
    const check = async () => {
      const found = await evaluate(act, query, action)
      const isReady = action.type === 'see' || !found.disabled
      return found.count > 0 && isReady && found
    }
    const what = `${query.role} ${JSON.stringify(query.name.text ?? query.name.source)}`
    return orShow(waitFor(what, check, timeout)) as Promise<Found>
  }

  const perform = (role: string, name: Name, action: Action, timeout = DEFAULT_TIMEOUT_MS): Promise<Found> =>
    control({ role, name: toQuery(name), scope }, action, timeout)

  /** Where to press: once it stands still and nothing lies over it, as people wait for a page to settle. */
  const settle = async (role: string, name: Name): Promise<Found> => {
    let last: Found | undefined
    const isSettled = async () => {
      const next = await perform(role, name, { type: 'locate' })
      const isStill = last && Math.abs(next.x - last.x) < 1 && Math.abs(next.y - last.y) < 1
      last = next
      return isStill && next.reachable && next
    }
    return orShow(waitFor(`${role} ${name} to stand still within reach`, isSettled)) as Promise<Found>
  }

  return {
    goto: driver.goto,
    reload: driver.reload,
    fill: async (name, value) => void (await perform('field', name, { type: 'fill', text: value })),
    click: async (role, name) => {
      const { x, y } = await settle(role, name)
      await driver.clickAt(x, y)
    },
    press: driver.press,
    attach: async (name, ...files) => void (await perform('file', name, { type: 'attach', files: files.map(toFile) })),
    text,
    count: async (role, name) => (await evaluate(act, { role, name: toQuery(name), scope }, { type: 'see' })).count,
    waitForControl: async (role, name, timeout) => void (await perform(role, name, { type: 'see' }, timeout)),
    waitForText: async (wanted, timeout) => {
      const matches = (shown: string) => (typeof wanted === 'string' ? shown.includes(wanted) : wanted.test(shown))
      await orShow(waitFor(`the text ${wanted}`, async () => matches(await text()), timeout))
    },
    within: (role, shown) => createPage(driver, { role, text: shown }),
    problems: driver.problems,
    audit: () => audit(driver),
    evaluate,
    screenshot: async (path) => writeFile(path, await driver.screenshot()),
    resize: driver.resize,
    close: driver.close,
  }
}
