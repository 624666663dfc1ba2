import { Store } from './store.ts'

/** Whether a part of the page could not be had: a collector of another version has another page. */
export const isOutdated = new Store(false)

/** What is loaded when it is needed first; undefined where that fails, which the page then says. */
export async function later<T>(loading: Promise<T>): Promise<T | undefined> {
  try {
    return await loading
  } catch {
    isOutdated.set(true)
    return undefined
  }
}
