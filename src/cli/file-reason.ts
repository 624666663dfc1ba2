const words: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EISDIR: 'it is a folder, not a file',
  EACCES: 'this user lacks the right to it',
  EPERM: 'this user lacks the right to it',
}

/** Why a file cannot be read or written, in words: `there is no such file or folder`. */
export function fileReasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return ('code' in error && words[String(error.code)]) || error.message
}
