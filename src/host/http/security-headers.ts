/**
 * The headers that stand on every answer. Workers take their policy from the answer that brought their own script, so
 * scripts carry it too.
 */

/** Host headers that are safe to repeat in a header: a name or IPv4 address, and a port. */
const PLAIN_HOST = /^[a-z0-9.-]+(:\d{1,5})?$/i

/** The Trusted Types policies that exist: Kith's own (src/page/script-urls.ts) and Lit's. No other can be created. */
const TRUSTED_TYPES = ['kith', 'lit-html']

/** `path` under every name that the page may have been opened under. */
const sourcesOf = (path: string, hosts: readonly string[]): string[] => {
  const sources = hosts.filter((host) => PLAIN_HOST.test(host)).map((host) => host + path)
  return [...new Set(sources)]
}

/**
 * The content security policy for a page that was opened under one of `hosts`: what the request names, and the public
 * address, because a proxy may ask under a name of its own.
 *
 * Scripts come from the folder of built assets and from nowhere else: not even from elsewhere on this origin, where one
 * day bytes of strangers may be found. The source has no scheme, so the page's own counts, behind whatever proxy.
 * An IPv6 address cannot be written as a source: no page is served under one (named-address.ts).
 */
export const contentSecurityPolicy = (hosts: readonly string[]): string => {
  const assets = sourcesOf('/assets/', hosts)
  const workers = [...new Set([...assets, ...sourcesOf('/sw.js', hosts)])]
  return [
    "default-src 'none'",
    `script-src ${assets.join(' ')} 'wasm-unsafe-eval'`,
    `worker-src ${workers.join(' ')}`,
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "manifest-src 'self'",
    // Hosts are anywhere, without encryption only on this machine.
    "connect-src 'self' https: wss: http://localhost:* http://127.0.0.1:* ws://localhost:* ws://127.0.0.1:*",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types ${TRUSTED_TYPES.join(' ')}`,
  ].join('; ')
}

/** Headers of every answer. `asked` is the request's Host header, `known` that of the host's public address. */
export const securityHeaders = (asked: string | undefined, known: string): Readonly<Record<string, string>> => ({
  'Content-Security-Policy': contentSecurityPolicy(asked === undefined ? [known] : [asked, known]),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Frame-Options': 'DENY',
  // The camera reads QR codes; nothing else is used.
  'Permissions-Policy': 'camera=(self), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()',
})
