/** From this share on, of errors among requests or of failures among attempts to connect, something is wrong: below it, it is told and not marked. */
export const failingShare = 0.05
