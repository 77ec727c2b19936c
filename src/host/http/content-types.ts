/** What the app's own files are, by the end of their names. Anything else is an inert download. */

interface FileType {
  readonly type: string
  /** Worth compressing: text, not already packed. */
  readonly text: boolean
}

const TYPES: Readonly<Record<string, FileType>> = {
  html: { type: 'text/html; charset=utf-8', text: true },
  js: { type: 'text/javascript; charset=utf-8', text: true },
  css: { type: 'text/css; charset=utf-8', text: true },
  json: { type: 'application/json; charset=utf-8', text: true },
  map: { type: 'application/json; charset=utf-8', text: true },
  webmanifest: { type: 'application/manifest+json; charset=utf-8', text: true },
  svg: { type: 'image/svg+xml; charset=utf-8', text: true },
  txt: { type: 'text/plain; charset=utf-8', text: true },
  wasm: { type: 'application/wasm', text: true },
  png: { type: 'image/png', text: false },
  jpg: { type: 'image/jpeg', text: false },
  webp: { type: 'image/webp', text: false },
  ico: { type: 'image/x-icon', text: false },
  woff2: { type: 'font/woff2', text: false },
}

const UNKNOWN: FileType = { type: 'application/octet-stream', text: false }

/** The type of a file by its name. */
export const fileTypeOf = (name: string): FileType => TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? UNKNOWN
