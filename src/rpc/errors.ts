import type { ForeignFailure } from './foreign.ts'

/**
 * Every failure that may reach a person, as data. The user interface turns each `type` into words
 * (src/ui/messages); the fields carry what those words need. Names are stable: documents and tests use them.
 */
export type KithError =
  /** Something was asked that needs a person, and none has been made or restored in this browser. */
  | { readonly type: 'no-person' }
  /** A person is there already; making or restoring another needs an empty browser profile. */
  | { readonly type: 'person-exists' }
  /** Twelve words expected; `index` is the first word (from 0) that is not in the list, absent when the sum is wrong. */
  | { readonly type: 'wrong-words'; readonly index?: number }
  /** The words are fine but belong to another person than the archive. */
  | { readonly type: 'words-do-not-fit' }
  /** Of `asked` hosts `answered` gave an answer, and nobody who is connected to them keeps what these words lead to. */
  | { readonly type: 'person-not-found'; readonly asked: number; readonly answered: number }
  /** The person was found, but nobody handed out key events that hold. */
  | { readonly type: 'keys-unproven' }
  /** Somebody else used the words as well: two versions of the person's keys, and no way to tell which is the first. */
  | { readonly type: 'person-contested' }
  /** The words are fine but are not those of the person who is signed in. */
  | { readonly type: 'not-your-words' }
  /** The person has other words by now. */
  | { readonly type: 'words-replaced' }
  /**
   * The account secret: nobody has it; what is there is older than the keys, or newer than them; or it is sealed to
   * others.
   */
  | { readonly type: 'secret-missing'; readonly reason: 'nobody' | 'older' | 'newer' | 'sealed' }
  /** A person has at most `limit` devices at a time; one more was to be added. */
  | { readonly type: 'too-many-devices'; readonly limit: number }
  /** The person's devices and keys changed `limit` times: nothing can be added any more. */
  | { readonly type: 'too-many-key-events'; readonly limit: number }
  /** The disk or the browser's quota is full. Nothing was changed; reading goes on. */
  | { readonly type: 'storage-full'; readonly used?: number; readonly quota?: number }
  /** No storage at all: a private window, a refused disk. */
  | { readonly type: 'no-storage' }
  /** Another process holds the data directory. */
  | { readonly type: 'in-use' }
  /** Another tab runs the node, and this browser has no way to hand it a port. */
  | { readonly type: 'other-tab' }
  /** Written by a newer version of Kith. */
  | { readonly type: 'newer-version' }
  /** The text is neither a person link nor a code nor an id. */
  | { readonly type: 'bad-link' }
  /** The text carries no capability; or it does, and is damaged, or of a later version. */
  | { readonly type: 'bad-share-link'; readonly reason: 'none' | 'damaged' | 'newer' }
  /** Of `asked` hosts `answered` gave an answer, and nobody who is connected to them has what the link shows. */
  | { readonly type: 'share-not-found'; readonly asked: number; readonly answered: number }
  /** Whoever shared it no longer does. */
  | { readonly type: 'share-ended' }
  /** It was found and cannot be shown: it does not open, is of a later version, or nobody has the text that it names. */
  | { readonly type: 'share-unreadable'; readonly reason: 'damaged' | 'newer' | 'missing' }
  /** The link is good for reading, or for less. */
  | { readonly type: 'read-only-link' }
  /** That link is the person's own. */
  | { readonly type: 'own-link' }
  /** Keepers are people whom one follows. */
  | { readonly type: 'not-followed' }
  /** At most `limit` keepers. */
  | { readonly type: 'too-many-keepers'; readonly limit: number }
  /** Longer than `limit` (bytes or characters, as `what` says). */
  | {
      readonly type: 'too-large'
      /** `alt` describes a picture; `entry` is a post with everything that belongs to it. */
      readonly what: 'post' | 'name' | 'about' | 'picture' | 'alt' | 'file' | 'note' | 'entry' | 'share'
      readonly limit: number
    }
  /** No more reactions are counted for this post: at most `limit`. */
  | { readonly type: 'too-many-reactions'; readonly limit: number }
  /** A post without text and pictures, a name without letters. */
  | { readonly type: 'empty'; readonly what: 'post' | 'name' }
  /** Not here, and nobody who is connected has it. */
  | {
      readonly type: 'not-found'
      readonly what: 'post' | 'person' | 'picture' | 'note' | 'file' | 'job' | 'device' | 'share'
    }
  /** Only one's own things can be changed. */
  | { readonly type: 'not-yours' }
  /** A file that is no feed, fortune file or archive; `reason` is for "Details". */
  | { readonly type: 'bad-file'; readonly reason: string }
  /** The picture could not be read by the browser. */
  | { readonly type: 'bad-picture' }
  /** There is no host at which others could ask this device for what it shares. */
  | { readonly type: 'no-host' }
  /** A host address that is not http(s), or plain http to another machine. */
  | { readonly type: 'bad-host'; readonly reason: string }
  /** A number outside of `least` to `most`: slots that are given, copies that are wanted. */
  | {
      readonly type: 'out-of-range'
      readonly what: 'slots' | 'copies'
      readonly least: number
      readonly most: number
    }
  /** Foreign storage did not do what was asked of it. */
  | ForeignFailure
  /** This browser lacks something Kith cannot do without. */
  | {
      readonly type: 'unsupported'
      readonly feature: 'secure-context' | 'ed25519' | 'x25519' | 'indexeddb' | 'workers' | 'locks'
    }
  /** Device keys cannot be kept here (non-extractable CryptoKeys do not store). */
  | { readonly type: 'no-key-storage' }
  /** Old copies of this device went on so often that no log is left in which it could write. */
  | { readonly type: 'device-spent' }
  /** A person is stored here, but the keys of this device are gone: nothing can be signed until the words are typed. */
  | { readonly type: 'keys-lost' }
  /** The node's thread died or does not answer; the page tries again by itself. */
  | { readonly type: 'node-lost' }
  /** The caller gave up. */
  | { readonly type: 'aborted' }
  /** A bug: shown as such, with the text behind "Details". */
  | { readonly type: 'internal'; readonly message: string }

/** The tags of {@link KithError}. */
export type KithErrorType = KithError['type']
