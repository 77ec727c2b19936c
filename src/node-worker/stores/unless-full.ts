/** Writing what may find no room, where that is expected and passes. */
import { err, ok, type Result } from '../../core/result.ts'
import { StoreFullError } from './store.ts'

/** Runs what writes. @returns what it does, or that the disk is full; whatever else goes wrong is thrown */
export const unlessFull = async <T>(write: () => Promise<T>): Promise<Result<T, { readonly type: 'full' }>> => {
  try {
    return ok(await write())
  } catch (error) {
    if (error instanceof StoreFullError) return err({ type: 'full' })
    throw error
  }
}
