/** One queue a key: tasks of one key run one after the other, tasks of different keys side by side. */
import { createMutex } from '../stores/mutex.ts'

/** Runs `task` after all earlier tasks of `key`, whether they failed or not. */
export type KeyedMutex = <T>(key: string, task: () => Promise<T>) => Promise<T>

/** A mutex for each key that is in use. */
export const createKeyedMutex = (): KeyedMutex => {
  const queues = new Map<string, { run: ReturnType<typeof createMutex>; users: number }>()
  return async (key, task) => {
    const queue = queues.get(key) ?? { run: createMutex(), users: 0 }
    queues.set(key, queue)
    queue.users++
    try {
      return await queue.run(task)
    } finally {
      queue.users--
      if (queue.users === 0) queues.delete(key)
    }
  }
}
