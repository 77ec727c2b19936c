/** Parts of the node that are loaded when they are first asked for, so that its bundle stays small. */

/**
 * Calls `load` with the first call and answers all with what it brought. After a load that failed, for want of a
 * network, the next call tries again.
 */
export const lazily = <T>(load: () => Promise<T>): (() => Promise<T>) => {
  let loading: Promise<T> | undefined
  return () => {
    const loaded = loading ?? load()
    loading = loaded
    loaded.catch(() => {
      if (loading === loaded) loading = undefined
    })
    return loaded
  }
}
