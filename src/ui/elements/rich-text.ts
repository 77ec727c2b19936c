/** Text of strangers: shown as it was typed, https addresses as links. Only text nodes, never markup. */
import { html } from 'lit'

const ADDRESS = /https:\/\/[^\s<>"'`]+[^\s<>"'`.,;:!?)\]}]/g

/** The text with its links. */
export const richText = (text: string): unknown[] => {
  const parts: unknown[] = []
  let end = 0
  for (const match of text.matchAll(ADDRESS)) {
    const url = match[0]
    parts.push(text.slice(end, match.index))
    parts.push(html`<a href=${url} target="_blank" rel="noopener noreferrer nofollow ugc">${url}</a>`)
    end = match.index + url.length
  }
  parts.push(text.slice(end))
  return parts
}
