/**
 * The bytes of an answer, or undefined when there are more than `limit`: what was announced counts for nothing, it is
 * broken off when there is too much of it. Rejects when the answer breaks off by itself.
 */
export const readBody = async ({ body }: Response, limit: number): Promise<Uint8Array | undefined> => {
  const parts: Uint8Array[] = []
  const reader = body?.getReader()
  let size = 0
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    size += part.value.length
    if (size > limit) {
      await reader?.cancel()
      return undefined
    }
    parts.push(part.value)
  }
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer())
}
