import type { ProblemKind } from '../../runtime/problem.ts'

export const filesProblems = {
  files_unwritable: {
    code: 'files_unwritable',
    meaning:
      'Rows cannot be written to forward.files.path: it is full, read-only, or no folder. They wait in the outbox, and writing is tried again.',
    remedy: 'Make it a folder that this user may write to, on a disk with room: "df -h" and "ls -ld" on it tell.',
    retryable: true,
  },
} as const satisfies Record<string, ProblemKind>
