/**
 * The only scripts a page may start besides itself: the two forms of the node, named by `<link>` elements that the
 * build fills in, and the service worker. One Trusted Types policy, `kith`, vouches for them and for nothing else.
 */

/** Where the node's code is. */
export interface NodeUrls {
  readonly shared: string
  readonly dedicated: string
}

/** The service worker's script; at the root, so that its scope is the whole app. */
export const SERVICE_WORKER_URL = '/sw.js'

const linked = (rel: string): string => {
  const link = document.querySelector<HTMLLinkElement>(`link[rel="${rel}"]`)
  if (!link) throw new Error(`index.html has no <link rel="${rel}">`)
  return link.href
}

/** The URLs that index.html names. */
export const readNodeUrls = (): NodeUrls => ({
  shared: linked('kith-node-shared'),
  dedicated: linked('kith-node-dedicated'),
})

interface ScriptUrlPolicy {
  createScriptURL(url: string): string
}

interface TrustedTypes {
  createPolicy(name: string, rules: ScriptUrlPolicy): ScriptUrlPolicy
}

const isOurs = (url: URL): boolean =>
  url.origin === location.origin && (url.pathname.startsWith('/assets/') || url.pathname === SERVICE_WORKER_URL)

/** Policies may be created once a page, so this one is made at first use and kept. */
let policy: ScriptUrlPolicy | undefined

const rules: ScriptUrlPolicy = {
  createScriptURL: (url) => {
    if (!isOurs(new URL(url, location.href))) throw new TypeError(`not a script of this app: ${url}`)
    return url
  },
}

/** Vouches for a script URL; typed as a string because TypeScript's DOM knows no TrustedScriptURL. */
export const trustScriptUrl = (url: string): string => {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  policy ??= trustedTypes?.createPolicy('kith', rules) ?? rules
  return policy.createScriptURL(url)
}
