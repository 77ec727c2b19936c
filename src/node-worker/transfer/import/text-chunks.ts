/** A file as text: what encoding it is in, and its characters chunk by chunk. */
import { chunksOf } from '../blob-chunks.ts'

/** Bytes in which a byte order mark and an XML declaration have to stand. */
const HEAD_BYTES = 1024
/** What a file that is not UTF-8 and does not say what it is most likely is. */
const FALLBACK = 'windows-1252'

const BYTE_ORDER_MARKS = [
  { encoding: 'utf-8', bytes: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf-16le', bytes: [0xff, 0xfe] },
  { encoding: 'utf-16be', bytes: [0xfe, 0xff] },
] as const

const declaredEncoding = (head: Uint8Array): string | undefined => {
  const text = new TextDecoder('windows-1252').decode(head)
  return /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]{1,40})["']/.exec(text)?.[1]
}

const isKnown = (encoding: string): boolean => {
  try {
    new TextDecoder(encoding)
    return true
  } catch {
    return false
  }
}

const isUtf8 = async (file: Blob): Promise<boolean> => {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const chunk of chunksOf(file)) decoder.decode(chunk, { stream: true })
    decoder.decode()
    return true
  } catch {
    return false
  }
}

/**
 * The encoding of a text file: by its byte order mark; UTF-8 if it is that, whatever it says; as it declares; else
 * the one that old files without any word on it are in.
 */
export const encodingOf = async (file: Blob): Promise<string> => {
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer())
  const marked = BYTE_ORDER_MARKS.find(({ bytes }) => bytes.every((byte, i) => head[i] === byte))
  if (marked) return marked.encoding
  if (await isUtf8(file)) return 'utf-8'
  const declared = declaredEncoding(head)
  // A file that says UTF-8 and is not has broken characters; read as such the rest of it stays right.
  return declared && isKnown(declared) ? declared : FALLBACK
}

/** The characters of a file; `onRead` is told how many bytes were read so far. */
export async function* textOf(file: Blob, encoding: string, onRead: (bytes: number) => void): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding)
  for await (const chunk of chunksOf(file, onRead)) yield decoder.decode(chunk, { stream: true })
  const rest = decoder.decode()
  if (rest) yield rest
}
