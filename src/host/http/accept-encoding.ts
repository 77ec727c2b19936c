/** Chooses how to pack an answer, RFC 9110 section 12.5.3. */

import type { Encoding } from './static-files.ts'

/** Brotli before gzip before nothing, among what the request names without `q=0`. */
export const chooseEncoding = (header: string | undefined): Encoding => {
  const accepted = new Set<string>()
  for (const part of (header ?? '').toLowerCase().split(',')) {
    const [name, ...parameters] = part.split(';').map((piece) => piece.trim())
    if (name && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) accepted.add(name)
  }
  return accepted.has('br') ? 'br' : accepted.has('gzip') ? 'gzip' : 'identity'
}
