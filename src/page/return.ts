/**
 * What a window does that found another version of the app in charge of its things: it looks again until the tabs of
 * that version have moved or closed, and then loads anew. Nothing is lost by that, for it has shown nothing yet.
 */
import type { Result } from '../core/result.ts'
import type { Connection } from '../rpc/connection.ts'
import type { KithError } from '../rpc/errors.ts'

/** Between two looks. Most of a look is the node's own wait for the other one to end. */
const PAUSE_MS = 500

/** Calls `comeBack` once a node says welcome. */
export const returnWhenFree = async (
  dial: () => Promise<Result<Connection, KithError>>,
  comeBack: () => void,
): Promise<void> => {
  for (;;) {
    const found = await dial()
    if (found.ok) {
      found.value.close()
      return comeBack()
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
}
