import type { Sample } from './sample.ts'

const names = 'min,RSS MB,heap MB,ext. MB,files,sockets,handles,timers,lag ms,targets,cells,series,own,state MB,CPU s,gone'.split(',')
const width = 8

export const heads = names.map((name) => name.padStart(width)).join(' ')

/** One line about a sample, under `heads`; `gone` pods have left so far. */
export function row(minute: number, last: Sample, gone: number): string {
  const { rss, heap, external, files, sockets, handles, timers, lagP99Ms, targets, cells, edgeSeries, ownSeries, state, cpuMs } = last
  const megas = [rss, heap, external].map((bytes) => (bytes / 1e6).toFixed(1))
  const counts = [files, sockets, handles, timers, lagP99Ms.toFixed(1), targets, cells, edgeSeries, ownSeries]
  const entries = [minute.toFixed(1), ...megas, ...counts, (state / 1e6).toFixed(2), (cpuMs / 1_000).toFixed(0), gone]
  return entries.map((entry) => String(entry).padStart(width)).join(' ')
}
