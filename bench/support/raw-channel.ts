/** A data channel between two browser processes with nothing around it. */
import type { Page } from 'playwright-core'
import { limit } from './app-browser.ts'

/** Bytes a second in messages of 16 KiB, as peers send. */
export const rawChannel = async (sender: Page, receiver: Page, total: number): Promise<number> => {
  await limit(sender, 'accept', await limit(receiver, 'answer', await limit(sender, 'offer')))
  const received = limit(receiver, 'receive', total)
  await limit(sender, 'send', total, 16_384)
  return received
}
