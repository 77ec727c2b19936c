/** What is being written, kept for this tab (sessionStorage) so that a reload or a failure loses no words. */

/** Drafts by place: `post`, or `reply:` and an entry id. */
export interface Draft {
  read(): string
  write(text: string): void
}

const attempt = <T>(action: () => T, otherwise: T): T => {
  try {
    return action()
  } catch {
    // Storage may be refused or full; the words stay in the field in any case.
    return otherwise
  }
}

/** The draft of one place. */
export const draftOf = (place: string): Draft => {
  const key = `kith-draft:${place}`
  return {
    read: () => attempt(() => sessionStorage.getItem(key) ?? '', ''),
    write: (text) =>
      attempt(() => (text ? sessionStorage.setItem(key, text) : sessionStorage.removeItem(key)), undefined),
  }
}
