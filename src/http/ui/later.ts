import type { ComponentType, VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { html } from './element.ts'
import { connection } from './polled.ts'
import { Store, useStore } from './store.ts'

/** Whether a part of the page could not be had: a collector of another version has another page. */
export const isOutdated = new Store(false)

/** What is loaded when it is needed first; undefined where that fails, which the page then says. */
export async function later<T>(loading: Promise<T>): Promise<T | undefined> {
  try {
    const loaded = await loading
    isOutdated.set(false)
    return loaded
  } catch {
    isOutdated.set(true)
    return undefined
  }
}

/** A component that comes when it is drawn first, or when somebody sees that it will be. */
export interface Lazy<Props> {
  (props: Props): VNode
  preload: () => Promise<void>
}

/** The first sight of the page waits for nothing that is not in it. */
export function lazily<Props extends object>(load: () => Promise<ComponentType<Props>>): Lazy<Props> {
  let loaded: ComponentType<Props> | undefined
  const preload = async () => {
    loaded ??= await load().catch(() => undefined) // nobody misses it yet
  }
  const need = async () => {
    loaded ??= await later(load())
  }
  const Part = (props: Props): VNode => {
    const [, setLoaded] = useState(loaded !== undefined)
    const { lostMs } = useStore(connection)
    // Once more where the collector was away when it was asked.
    useEffect(() => void need().then(() => setLoaded(loaded !== undefined)), [lostMs])
    return html`${loaded && html`<${loaded} ...${props} />`}`
  }
  return Object.assign(Part, { preload })
}
