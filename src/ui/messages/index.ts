/** The words on the screen. A translation is a second module of the type {@link Messages}, chosen here. */
import { en } from './en.ts'

/** Every text of the interface; the English catalogue is the pattern. */
export type Messages = typeof en

/** The catalogue in use. */
export const t: Messages = en
