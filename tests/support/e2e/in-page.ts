/**
 * Functions that run inside the tested page. They are sent as source text, so each stands alone: nothing from outside
 * its own body. They find controls as people and screen readers do, by role and accessible name, through shadow roots.
 */

/** A name that can be sent to a page: exact text (case and spacing do not count) or a pattern. */
export interface NameQuery {
  readonly text?: string
  readonly source?: string
  readonly flags?: string
}

/** What is to be found, and which of the finds. */
export interface ControlQuery {
  readonly role: string
  readonly name: NameQuery
  /** Only inside the first container of this role that shows this text. */
  readonly scope?: { readonly role: string; readonly text: string } | undefined
}

/** What a page answers to `act`. */
export interface Found {
  /** How many visible controls match. */
  readonly count: number
  /** Middle of the first one, in CSS pixels of the viewport. */
  readonly x: number
  readonly y: number
  readonly disabled: boolean
  /** True when a pointer there would touch it: nothing covers it, no transition is running over it. */
  readonly reachable: boolean
}

/** File contents for a file field. */
export interface FileData {
  readonly name: string
  readonly type: string
  readonly base64: string
}

/** What to do with the control once found; `locate` readies it for a click, all but `see` want it enabled. */
export type Action =
  | { readonly type: 'see' }
  | { readonly type: 'locate' }
  | { readonly type: 'fill'; readonly text: string }
  | { readonly type: 'attach'; readonly files: readonly FileData[] }

/** Finds the first visible control of that role and name, brings it into view and does what `action` says. */
export const act = (query: ControlQuery, action: Action): Found => {
  const SELECTORS: Record<string, string> = {
    button: 'button, [role=button], input[type=button], input[type=submit], summary, [role=switch]',
    link: 'a[href], [role=link]',
    field:
      'input:not([type=button]):not([type=submit]):not([type=hidden]), textarea, select, [contenteditable=true], ' +
      '[contenteditable=plaintext-only], [role=textbox]',
    file: 'input[type=file]',
    heading: 'h1, h2, h3, h4, h5, h6, [role=heading]',
    article: 'article, [role=article]',
    status: 'output, [role=status]',
    dialog: 'dialog, [role=dialog], [role=alertdialog]',
    alert: '[role=alert]',
    menuitem: '[role=menuitem], [role=menuitemradio], [role=menuitemcheckbox]',
    tab: '[role=tab]',
    checkbox: 'input[type=checkbox], [role=checkbox], [role=switch]',
    radio: 'input[type=radio], [role=radio]',
    img: 'img, [role=img]',
    progressbar: 'progress, [role=progressbar]',
    listitem: 'li, [role=listitem]',
  }
  const selectorOf = (role: string): string => SELECTORS[role] ?? `[role=${role}]`

  const collect = (root: ParentNode, selector: string, into: HTMLElement[] = []): HTMLElement[] => {
    for (const element of root.querySelectorAll<HTMLElement>('*')) {
      if (element.matches(selector)) into.push(element)
      if (element.shadowRoot) collect(element.shadowRoot, selector, into)
    }
    return into
  }

  const textOf = (node: Node): string => {
    if (node instanceof Text) return node.data
    if (!(node instanceof HTMLElement || node instanceof ShadowRoot)) return ''
    if (node instanceof HTMLElement) {
      if (node.getAttribute('aria-hidden') === 'true' || node.localName === 'style') return ''
      if (node instanceof HTMLImageElement) return node.alt
      if (node.shadowRoot) return textOf(node.shadowRoot)
      if (node instanceof HTMLSlotElement && node.assignedNodes().length)
        return node.assignedNodes().map(textOf).join(' ')
    }
    return [...node.childNodes].map(textOf).join(' ')
  }

  const nameOf = (element: HTMLElement): string => {
    const root = element.getRootNode() as Document | ShadowRoot
    const label = element.getAttribute('aria-label')
    if (label) return label
    const ids = element.getAttribute('aria-labelledby')?.split(/\s+/) ?? []
    const labelled = ids.map((id) => root.getElementById(id)).filter((found) => found !== null)
    if (labelled.length) return labelled.map(textOf).join(' ')
    const labels = (element as HTMLInputElement).labels
    if (labels?.length) return [...labels].map(textOf).join(' ')
    if (element instanceof HTMLInputElement && ['submit', 'button'].includes(element.type)) return element.value
    if (element instanceof HTMLImageElement) return element.alt
    return textOf(element).trim() || element.title || element.getAttribute('placeholder') || ''
  }

  const tidy = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()
  const isNamed = (element: HTMLElement): boolean => {
    const name = tidy(nameOf(element))
    const { text, source, flags } = query.name
    if (text !== undefined) return name.toLowerCase() === tidy(text).toLowerCase()
    return new RegExp(source ?? '', flags).test(name)
  }
  // File fields are often hidden behind a button of their own.
  const isShown = (element: HTMLElement): boolean =>
    query.role === 'file' || (element.checkVisibility() && element.getClientRects().length > 0)

  /** Chosen by the words that the person reads. */
  const choose = (element: HTMLSelectElement, text: string): void => {
    const option = [...element.options].find((one) => one.text.trim() === text)
    if (!option) throw new Error(`no such choice: ${text}`)
    element.value = option.value
  }

  const fill = (element: HTMLElement, text: string): void => {
    element.focus()
    if (element.isContentEditable) element.textContent = text
    else if (element instanceof HTMLSelectElement) choose(element, text)
    else {
      const kind = element instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement
      Object.getOwnPropertyDescriptor(kind.prototype, 'value')?.set?.call(element, text)
    }
    element.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true, data: text }))
    element.dispatchEvent(new Event('change', { bubbles: true }))
  }

  const attach = (element: HTMLInputElement, files: readonly FileData[]): void => {
    const transfer = new DataTransfer()
    for (const { name, type, base64 } of files)
      transfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name, { type }))
    element.files = transfer.files
    element.dispatchEvent(new Event('input', { bubbles: true, composed: true }))
    element.dispatchEvent(new Event('change', { bubbles: true }))
  }

  const isTouched = (element: HTMLElement, x: number, y: number): boolean => {
    let touched = document.elementFromPoint(x, y)
    while (touched?.shadowRoot) {
      const inner = touched.shadowRoot.elementFromPoint(x, y)
      if (!inner || inner === touched) break
      touched = inner
    }
    const outOf = (node: Node): Node | null =>
      node instanceof ShadowRoot ? node.host : ((node as Element).assignedSlot ?? node.parentNode)
    for (let node: Node | null = touched; node; node = outOf(node)) if (node === element) return true
    return false
  }

  const isScope = (element: HTMLElement): boolean =>
    element.checkVisibility() && tidy(textOf(element)).includes(tidy(query.scope?.text ?? ''))
  const root = query.scope ? collect(document, selectorOf(query.scope.role)).find(isScope) : document
  const candidates = root ? collect(root, selectorOf(query.role)) : []
  const found = candidates.filter((element) => isShown(element) && isNamed(element))
  const first = found[0]
  if (!first) return { count: 0, x: 0, y: 0, disabled: false, reachable: false }
  const disabled = first.matches(':disabled') || first.getAttribute('aria-disabled') === 'true'
  if (query.role !== 'file' && action.type !== 'see')
    first.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' })
  if (action.type === 'fill' && !disabled) fill(first, action.text)
  if (action.type === 'attach' && !disabled) attach(first as HTMLInputElement, action.files)
  // A link that breaks over two lines is nowhere in the middle of its box.
  const { left, top, width, height } = first.getClientRects()[0] ?? first.getBoundingClientRect()
  const [x, y] = [left + width / 2, top + height / 2]
  return { count: found.length, x, y, disabled, reachable: isTouched(first, x, y) }
}

/** The text that the page shows, shadow roots included, one line a text node. */
export const visibleText = (): string => {
  const read = (node: Node): string[] => {
    if (node instanceof Text) return node.data.trim() ? [node.data.replaceAll(/\s+/g, ' ').trim()] : []
    if (node instanceof HTMLElement) {
      if (['style', 'script', 'template'].includes(node.localName)) return []
      // An element with `display: contents` is invisible by itself and shows its children.
      if (!node.checkVisibility() && getComputedStyle(node).display !== 'contents') return []
      if (node instanceof HTMLInputElement || node instanceof HTMLTextAreaElement) return node.value ? [node.value] : []
      if (node instanceof HTMLSlotElement && node.assignedNodes().length) return node.assignedNodes().flatMap(read)
      if (node.shadowRoot) return [...node.shadowRoot.childNodes].flatMap(read)
    }
    return [...node.childNodes].flatMap(read)
  }
  return read(document.body).join('\n')
}
