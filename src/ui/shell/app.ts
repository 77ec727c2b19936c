/** The shell: finds the node, knows who is signed in, and puts the page of the address between rail and details. */
import { Task } from '@lit/task'
import { html, LitElement, nothing } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { LiveQuery } from '../controllers/live-query.ts'
import { type NodeClient, provideNode } from '../controllers/node-context.ts'
import '../elements/aside.ts'
import { openReply } from '../elements/composer-dialog.ts'
import '../elements/nav.ts'
import { nameWindow } from '../elements/page-head.ts'
import type { ReplyEvent } from '../elements/post.ts'
import '../elements/reminder.ts'
import '../elements/toast.ts'
import '../elements/update.ts'
import '../elements/weather.ts'
import { t } from '../messages/index.ts'
import '../pages/home-page.ts'
import '../pages/welcome-page.ts'
import type { Result } from '../../core/result.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { SessionView } from '../../rpc/views.ts'
import { base } from '../styles/base.ts'
import { shellStyles } from '../styles/shell.ts'
import { focusHeading, pageElement, withTransition } from './outlet.ts'
import { onNavigateRequest, startRouter } from './router.ts'
import { type Match, matchPath } from './routes.ts'
import { applyTheme } from './theme.ts'

/** Pages that carry the reminder: where one starts, and where it is done. */
const REMINDED = new Set(['/', '/you'])

@customElement('kith-app')
export class App extends LitElement {
  /** Finds or starts the node. */
  @property({ attribute: false }) connect?: () => Promise<Result<NodeClient, KithError>>
  /** A newer version waits; this loads it. */
  @property({ attribute: false }) newVersion?: (() => void) | undefined

  @state() private path = location.pathname
  @state() private match: Match = matchPath(location.pathname)
  @state() private page: LitElement | undefined

  readonly #node = new Task(this, {
    args: () => [this.connect] as const,
    task: async ([connect]) => {
      const connected = await connect?.()
      if (connected?.ok) provideNode(connected.value)
      return connected
    },
  })
  readonly #session = new LiveQuery(this, 'session', () => this.#whenConnected())
  readonly #settings = new LiveQuery(this, 'settings', () => this.#whenConnected())
  #stop: (() => void)[] = []
  #lastState: SessionView['state'] | undefined

  static override styles = [base, shellStyles]

  override connectedCallback(): void {
    super.connectedCallback()
    const router = startRouter((path, scrollTo) => void this.#open(path, scrollTo))
    this.#stop = [router.stop, onNavigateRequest(router.go)]
    this.addEventListener('kith-reply', (event) => {
      if (!event.defaultPrevented) openReply((event as ReplyEvent).post)
    })
    this.addEventListener('kith-focus-page', () => void this.#focusPage())
    void this.#open(location.pathname, 0, true)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const stop of this.#stop) stop()
  }

  override willUpdate(): void {
    const theme = this.#settings.value?.theme
    if (theme) applyTheme(theme)
  }

  /** Whoever has just said who they are goes on at the page that opened, which is on the screen only now. */
  override updated(): void {
    const state = this.#session.value?.state
    if (this.#lastState && this.#lastState !== 'ready' && state === 'ready') void this.#focusPage()
    this.#lastState = state
  }

  override render() {
    const error = this.#problem()
    if (error) return html`<main><kith-problem-page .error=${error}></kith-problem-page></main>`
    const session = this.#session.value
    if (!session) return html`<p class="starting" role="status">${t.app.starting}</p>`
    return session.state === 'ready' ? this.#inside(session) : this.#outside()
  }

  #whenConnected(): Record<never, never> | undefined {
    return this.#node.value?.ok ? {} : undefined
  }

  /** What keeps Kith from running here, if anything does. */
  #problem(): KithError | undefined {
    const connected = this.#node.value
    const error =
      (connected && !connected.ok ? connected.error : undefined) ??
      (this.#node.error ? { type: 'internal' as const, message: String(this.#node.error) } : undefined) ??
      (this.#session.ready ? undefined : this.#session.error) ??
      (this.#session.value?.state === 'keys-lost' && !this.match.open ? { type: 'keys-lost' as const } : undefined)
    if (error) void import('../pages/problem-page.ts')
    return error
  }

  #outside() {
    const welcome = html`<kith-welcome-page ?invited=${this.match.tag === 'kith-person-page'}></kith-welcome-page>`
    return html`<main class="outside">${this.match.open ? this.page : welcome}</main>
      <kith-toast></kith-toast>`
  }

  #inside(session: SessionView & { state: 'ready' }) {
    const remind = !session.wordsKept && session.posts > 0 && REMINDED.has(this.path)
    return html`<a class="skip" href="#main" @click=${this.#skip}>${t.app.skip}</a>
      <div class="frame">
        <kith-nav .path=${this.path}></kith-nav>
        <main id="main" tabindex="-1">
          <kith-weather></kith-weather>
          ${this.newVersion ? html`<kith-update .apply=${this.newVersion}></kith-update>` : nothing}
          ${remind ? html`<kith-reminder></kith-reminder>` : nothing}
          ${this.page}
        </main>
        <kith-aside></kith-aside>
      </div>
      <kith-toast></kith-toast>`
  }

  #skip(event: Event): void {
    event.preventDefault()
    this.renderRoot.querySelector<HTMLElement>('main')?.focus()
  }

  async #open(path: string, scrollTo: number, first = false): Promise<void> {
    const match = matchPath(path)
    const page = await pageElement(match)
    // Somebody may have gone on while this page was loading.
    if (location.pathname !== path) return
    const change = async (): Promise<void> => {
      // First, so that a page which knows better has the last word.
      nameWindow(match.title)
      this.path = path
      this.match = match
      this.page = page
      await this.updateComplete
      await page.updateComplete
      scroll(0, scrollTo)
    }
    await (first ? change() : withTransition(change))
    if (!first) await this.#focusPage()
  }

  async #focusPage(): Promise<void> {
    await this.page?.updateComplete
    if (this.page && focusHeading(this.page)) return
    this.renderRoot.querySelector<HTMLElement>('main')?.focus({ preventScroll: true })
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-app': App
  }
}
