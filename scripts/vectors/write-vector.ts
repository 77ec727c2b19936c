/** Writes docs/vectors/NAME.json. */
import { writeFile } from 'node:fs/promises'

/** One published vector file: what it is, cases that hold, and bytes that every implementation must refuse. */
export interface VectorFile {
  readonly description: string
  readonly cases: readonly object[]
  readonly refused: readonly { readonly name: string; readonly error: string; readonly hex: string }[]
}

/** Writes the file of `name`, readable and with the same bytes on every run. */
export const writeVector = async (name: string, file: VectorFile): Promise<void> => {
  await writeFile(
    new URL(`../../docs/vectors/${name}.json`, import.meta.url),
    `${JSON.stringify(file, undefined, 2)}\n`,
  )
  console.log(`docs/vectors/${name}.json: ${file.cases.length} cases, ${file.refused.length} refused`)
}
