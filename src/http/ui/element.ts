import htm from 'htm'
import { h, type VNode } from 'preact'

type Template = (strings: TemplateStringsArray, ...values: readonly unknown[]) => VNode

/** Template tag: what is put in becomes text, attributes or components, never markup. */
export const html = (htm as unknown as { bind(create: typeof h): Template }).bind(h)
