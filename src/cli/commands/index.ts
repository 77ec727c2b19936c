/** The commands by name. `peer` is apart: it holds the data that the others work on. */
import type { Command } from '../command.ts'
import { link, status, words } from './about.ts'
import { create } from './create.ts'
import { exportAll } from './export.ts'
import { feed } from './feed.ts'
import { follow, unfollow } from './follow.ts'
import { importFiles } from './import.ts'
import { keep, keepers } from './keep.ts'
import { note, notes } from './notes.ts'
import { post } from './post.ts'
import { restore } from './restore.ts'
import { share, shares, unshare } from './share.ts'
import { open, rewrite, verify } from './shared.ts'
import { storage } from './storage.ts'

export const COMMANDS: Readonly<Record<string, Command>> = {
  create,
  import: importFiles,
  post,
  follow,
  unfollow,
  keep,
  keepers,
  feed,
  note,
  notes,
  share,
  shares,
  unshare,
  open,
  verify,
  rewrite,
  export: exportAll,
  restore,
  link,
  words,
  status,
  storage,
}
