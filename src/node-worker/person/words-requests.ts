/** The twelve recovery words: shown until the person has written them down, then forgotten on this device. */
import { openPrivate } from '../../core/blocks/sealed.ts'
import { entropyToWords, normaliseWords, WORD_COUNT } from '../../core/identity/words.ts'
import { err, ok } from '../../core/result.ts'
import type { RequestHandlers } from '../api/requests.ts'
import type { InternalServices } from '../internal-services.ts'

/** Words that have to be typed back before the rest is forgotten. */
export const MIN_ANSWERS = 2

const openWords = async (services: InternalServices): Promise<readonly string[] | undefined> => {
  const self = services.account.self()
  const sealed = services.account.row()?.words
  if (!self || !sealed) return undefined
  const entropy = await openPrivate(self.sealLocal, sealed)
  if (!entropy.ok) throw new Error(`the recovery words do not open: ${entropy.error.type}`)
  return (await entropyToWords(entropy.value)).split(' ')
}

const isCorrect = (words: readonly string[], answers: Readonly<Record<number, string>>): boolean => {
  const given = Object.entries(answers)
  return (
    given.length >= MIN_ANSWERS &&
    given.length <= WORD_COUNT &&
    given.every(([position, word]) => words[Number(position)] === normaliseWords(word))
  )
}

/** Answers `recovery-words` and `confirm-words`. */
export const wordsRequests = (
  services: InternalServices,
): Pick<RequestHandlers, 'recovery-words' | 'confirm-words'> => ({
  async 'recovery-words'() {
    if (!services.account.self()) return err({ type: 'no-person' })
    const words = await openWords(services)
    return ok(words ? { words } : { gone: true as const })
  },

  async 'confirm-words'({ answers }, context) {
    const { account, changes, platform } = services
    const row = account.row()
    if (!account.self() || !row) return err({ type: 'no-person' })
    const words = await openWords(services)
    if (!words) return ok({ correct: true })
    if (!isCorrect(words, answers)) return ok({ correct: false })
    const kept = { ...row, words: null }
    await platform.store.write(['meta', 'requests'], 'strict', async (tx) => {
      await account.put(tx, kept)
      await context.remember(tx, { correct: true })
    })
    account.replace(kept)
    changes.emit('session')
    return ok({ correct: true })
  },
})
