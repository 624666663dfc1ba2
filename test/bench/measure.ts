import { readdirSync, readFileSync } from 'node:fs'

/** What Linux knows of a process and of those that it started. */
export interface ProcessFigures {
  /** User and system time since its start. */
  readonly cpuMs: number
  readonly rssBytes: number
  /** The most that it ever held. */
  readonly peakBytes: number
}

const ticksPerSecond = 100 // USER_HZ, the same on every Linux that Node runs on

export function figuresOf(pid: number): ProcessFigures {
  const all = [pid, ...descendantsOf(pid)].map(figuresOfOne)
  const sum = (figure: keyof ProcessFigures) => all.reduce((total, figures) => total + figures[figure], 0)
  return { cpuMs: sum('cpuMs'), rssBytes: sum('rssBytes'), peakBytes: sum('peakBytes') }
}

function figuresOfOne(pid: number): ProcessFigures {
  const stat = said(`/proc/${pid}/stat`)
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ') // the name in brackets may hold spaces
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) // its own, and of children that have ended
  const status = said(`/proc/${pid}/status`)
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) * 1_024
  return { cpuMs: (ticks * 1_000) / ticksPerSecond, rssBytes: bytes('VmRSS'), peakBytes: bytes('VmHWM') }
}

function descendantsOf(pid: number): readonly number[] {
  const threads = readdirSync(`/proc/${pid}/task`)
  const children = threads.flatMap((thread) => said(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number))
  return children.flatMap((child) => [child, ...descendantsOf(child)])
}

/** Empty for a process or thread that has ended meanwhile. */
function said(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
