/** The bytes that give the text format its form. */
export const tab = 9
export const newline = 10
export const blank = 32
export const quote = 34
export const hash = 35
export const comma = 44
export const equals = 61
export const backslash = 92
export const openBrace = 123
export const closeBrace = 125

export const nameStart = 1
export const nameRest = 2
export const labelStart = 4
export const labelRest = 8
export const digit = 16

/** What each byte may be, as a sum of the flags above. */
export const classOf = new Uint8Array(256)

const mark = (bytes: string, flags: number) => {
  for (const byte of Buffer.from(bytes)) classOf[byte] = flags
}
mark('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_', nameStart | nameRest | labelStart | labelRest)
mark('0123456789', nameRest | labelRest | digit)
mark(':', nameStart | nameRest)

/** Whether the byte at `at` belongs to a class; false behind the end of the page. */
export const isA = (flag: number, body: Buffer, at: number): boolean =>
  at < body.length && ((classOf[body[at] as number] as number) & flag) !== 0

/** The first place from `at` on that holds neither blank nor tab. */
export function afterBlanks(body: Buffer, at: number): number {
  let next = at
  while (body[next] === blank || body[next] === tab) next++
  return next
}
