/** Puts pages and elements before a fake node, and finds things in them the way people do: by role and name. */
import type { LitElement } from 'lit'
import { provideNode } from '../../../src/ui/controllers/node-context.ts'
import { matchPath } from '../../../src/ui/shell/routes.ts'
import { tokens } from '../../../src/ui/styles/tokens.ts'
import '../../../src/ui/pages/home-page.ts'
import '../../../src/ui/pages/welcome-page.ts'
import { createFakeNode, type FakeNode } from './fake-node.ts'

if (tokens.styleSheet) document.adoptedStyleSheets = [tokens.styleSheet]
document.documentElement.lang = 'en'
document.title = 'Kith'

let stage: HTMLElement | undefined

/** Takes everything off the stage. */
export const unmount = (): void => {
  stage?.remove()
  for (const left of document.querySelectorAll('kith-confirm, kith-composer-dialog')) left.remove()
  sessionStorage.clear()
}

/** Puts an element on the stage. */
export const mount = async <T extends HTMLElement>(element: T): Promise<T> => {
  unmount()
  stage = document.createElement('main')
  stage.append(element)
  document.body.append(stage)
  await settle()
  return element
}

/** Puts the page of an address on the stage. */
export const mountPage = async (path: string, node: FakeNode = createFakeNode()): Promise<LitElement> => {
  provideNode(node)
  const { tag, params, load } = matchPath(path)
  await load()
  return mount(Object.assign(document.createElement(tag) as LitElement, params))
}

/** Puts an element that needs a node on the stage. */
export const mountWith = async <T extends HTMLElement>(
  node: FakeNode,
  tag: string,
  properties: object = {},
): Promise<T> => {
  provideNode(node)
  return mount(Object.assign(document.createElement(tag), properties) as T)
}

/** Waits until everything that was asked for has been drawn. */
export const settle = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) {
    await new Promise((resolve) => setTimeout(resolve))
    await Promise.all(deepAll(document.body, '*').map((element) => (element as LitElement).updateComplete))
  }
}

/** All matching elements, shadow trees included, in order. */
export const deepAll = (root: ParentNode, selector: string): Element[] =>
  [...root.querySelectorAll('*')].flatMap((element) => [
    ...(element.matches(selector) ? [element] : []),
    ...(element.shadowRoot ? deepAll(element.shadowRoot, selector) : []),
  ])

/** Everything that is written on the stage. */
export const textOf = (root: Node = document.body): string =>
  [...root.childNodes]
    .map((child) => {
      if (child instanceof HTMLStyleElement) return ''
      if (child.nodeType === Node.TEXT_NODE) return child.textContent ?? ''
      return (child instanceof Element && child.shadowRoot ? textOf(child.shadowRoot) : '') + textOf(child)
    })
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .trim()

const byIds = (element: Element, ids: string): string =>
  ids
    .split(' ')
    .map((id) => (element.getRootNode() as ShadowRoot).getElementById(id)?.textContent?.trim() ?? '')
    .join(' ')

/** The accessible name, as far as this interface uses the ways to give one. */
export const nameOf = (element: Element): string => {
  const labelledby = element.getAttribute('aria-labelledby')
  if (labelledby) return byIds(element, labelledby)
  const label = element.getAttribute('aria-label')
  if (label) return label
  const labels = (element as HTMLInputElement).labels
  if (labels?.length) return [...labels].map((one) => one.textContent?.trim()).join(' ')
  return textOf(element)
}

const selectors = {
  button: 'button',
  link: 'a[href]',
  field: 'input:not([type=file]), textarea, select',
  heading: 'h1, h2, h3',
  article: 'article',
  status: '[role=status]',
  picture: '[role=img]',
}

/** Everything of a kind with exactly this name. */
export const allNamed = (kind: keyof typeof selectors, name: string): HTMLElement[] =>
  deepAll(document.body, selectors[kind]).filter((element) => nameOf(element) === name) as HTMLElement[]

/** The first of a kind with exactly this name; it must be there. */
export const named = (kind: keyof typeof selectors, name: string): HTMLElement => {
  const [found] = allNamed(kind, name)
  if (!found) throw new Error(`there is no ${kind} named "${name}" in: ${textOf()}`)
  return found
}

/** Types into a field. */
export const type = (field: HTMLElement, text: string): void => {
  ;(field as HTMLInputElement).value = text
  field.dispatchEvent(new Event('input', { bubbles: true, composed: true }))
}

/** Presses a button and waits for what it does. */
export const press = async (button: HTMLElement): Promise<void> => {
  button.click()
  await settle()
}
