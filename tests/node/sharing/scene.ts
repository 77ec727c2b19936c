/** A note, and what others find behind its links. */
import { applyUpdate, Doc, encodeStateAsUpdate, encodeStateVector } from 'yjs'
import type { WriteCapability } from '../../../src/core/capabilities/capability.ts'
import { toRead } from '../../../src/core/capabilities/capability.ts'
import { parseCapabilityLink } from '../../../src/core/capabilities/capability-link.ts'
import { decodeRecord } from '../../../src/core/records/record.ts'
import type { PrivateRecord, SignedRecord } from '../../../src/core/records/record-types.ts'
import type { LinkKind } from '../../../src/rpc/sharing.ts'
import type { TestNode } from '../../support/test-node.ts'

/** Characters that one update carries. */
const PIECE = 50_000

/** Writes title and text into a note, in place of what is there. */
export const write = async (node: TestNode, note: string, title: string, text: string): Promise<void> => {
  const doc = new Doc()
  applyUpdate(doc, (await node.query('note', { note }))!.update)
  const change = async (make: () => void): Promise<void> => {
    const before = encodeStateVector(doc)
    make()
    await node.get('update-note', { note, update: encodeStateAsUpdate(doc, before) })
  }
  for (const [name, value] of Object.entries({ title, body: text })) {
    const field = doc.getText(name)
    await change(() => {
      field.delete(0, field.length)
      field.insert(0, value.slice(0, PIECE))
    })
    for (let at = PIECE; at < value.length; at += PIECE) {
      await change(() => field.insert(at, value.slice(at, at + PIECE)))
    }
  }
}

/** A note with a text, shared. */
export const shareNew = async (node: TestNode, title: string, text: string) => {
  const { note } = await node.get('create-note', {})
  await write(node, note, title, text)
  const { share } = await node.get('share-note', { note })
  return { note, share }
}

/** A link of a share. */
export const linkOf = async (node: TestNode, share: string, kind: LinkKind = 'read'): Promise<string> =>
  (await node.get('share-link', { share, kind })).link

/** The write capability of a share. */
export const capabilityOf = async (node: TestNode, share: string): Promise<WriteCapability> => {
  const link = parseCapabilityLink(await linkOf(node, share, 'write'))
  if (!link.ok || link.value.capability.kind !== 'write') throw new Error('no write link')
  return link.value.capability
}

/** The record that a node holds for a capability. */
export const recordOf = async (
  node: TestNode,
  capability: WriteCapability,
): Promise<SignedRecord<PrivateRecord> | undefined> => {
  const { key } = await toRead(capability, node.platform.crypto)
  const bytes = await node.services.records.get(key)
  const decoded = bytes && decodeRecord(bytes)
  return decoded?.ok ? (decoded.value as SignedRecord<PrivateRecord>) : undefined
}

/** What somebody finds behind a link: title and text, or why nothing. */
export const shown = async (node: TestNode, link: string): Promise<string> => {
  const opened = await node.ask('open-shared', { link })
  if (!opened.ok) return 'reason' in opened.error ? `${opened.error.type} ${opened.error.reason}` : opened.error.type
  return opened.value.kind === 'note' ? `${opened.value.title}: ${opened.value.text}` : opened.value.kind
}
