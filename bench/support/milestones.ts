/** Runs inside pages before anything else: notes at each frame what has become usable, in milliseconds of that page. */

/** What is looked for: controls by their accessible name. */
export interface Milestone {
  readonly name: string
  readonly field?: string
  readonly heading?: string
  /** Posts that the feed has drawn. */
  readonly posts?: number
}

/** When things were there; `click` is the last press of a button. */
export type Marks = Readonly<Record<string, number>>

/** Self-contained, for `addInitScript`: leaves its marks in `globalThis.marks`. */
export const watchMilestones = (milestones: readonly Milestone[]): void => {
  const marks: Record<string, number> = {}
  Object.assign(globalThis, { marks })
  if (globalThis.top !== globalThis.self) return

  const all = (root: ParentNode, found: Element[] = []): Element[] => {
    for (const element of root.querySelectorAll('*')) {
      found.push(element)
      if (element.shadowRoot) all(element.shadowRoot, found)
    }
    return found
  }
  const isShown = (element: Element): boolean => element.getClientRects().length > 0
  const nameOf = (element: HTMLInputElement): string =>
    [element.getAttribute('aria-label'), ...[...(element.labels ?? [])].map((label) => label.textContent)].join(' ')
  const isReached = ({ field, heading, posts }: Milestone, elements: readonly Element[]): boolean => {
    const hasField = elements.some(
      (element) =>
        /^(INPUT|TEXTAREA)$/.test(element.tagName) &&
        !(element as HTMLInputElement).disabled &&
        isShown(element) &&
        nameOf(element as HTMLInputElement).includes(field ?? ''),
    )
    const hasHeading = elements.some(
      (element) => /^H[1-3]$/.test(element.tagName) && element.textContent?.trim() === heading && isShown(element),
    )
    const drawn = elements
      .filter((element) => element.localName === 'kith-feed-page')
      .reduce((sum, element) => sum + (element as Element & { posts: unknown[] }).posts.length, 0)
    // A reader goes on to the end of what is there.
    if (posts && drawn > 0) scrollTo(0, document.documentElement.scrollHeight)
    return (!field || hasField) && (!heading || hasHeading) && (!posts || drawn >= posts)
  }
  const look = (): void => {
    const open = milestones.filter(({ name }) => marks[name] === undefined)
    if (open.length === 0) return
    const elements = document.body ? all(document.body) : []
    for (const milestone of open) if (isReached(milestone, elements)) marks[milestone.name] = performance.now()
    requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
  addEventListener('click', () => (marks.click = performance.now()), true)
}
