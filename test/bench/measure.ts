import { readFileSync } from 'node:fs'

/** What Linux knows of a process. */
export interface ProcessFigures {
  /** User and system time since its start. */
  readonly cpuMs: number
  readonly rssBytes: number
}

const ticksPerSecond = 100 // USER_HZ, the same on every Linux that Node runs on

export function figuresOf(pid: number): ProcessFigures {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ') // the name in brackets may hold spaces
  const ticks = Number(fields[11]) + Number(fields[12])
  const [, kib = '0'] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return { cpuMs: (ticks * 1_000) / ticksPerSecond, rssBytes: Number(kib) * 1_024 }
}
