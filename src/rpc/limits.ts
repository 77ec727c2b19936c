/** Limits of what goes into requests that the fields of a page hold as well, so that nobody types in vain. */
export { MAX_ALT_LENGTH } from '../core/limits.ts'
