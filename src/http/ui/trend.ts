import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type uPlot from 'uplot'
import { html } from './element.ts'
import { later } from './later.ts'
import { theme, useFormat, useWords } from './setting.ts'
import { useStore } from './store.ts'

const words = { en: { time: 'Time' }, zh: { time: '时间' } }

export interface TrendLine {
  readonly title: string
  /** One per moment; null where nothing is known. */
  readonly values: readonly (number | null)[]
  /** A colour of the stylesheet: the name of a variable, as in `--bad`. */
  readonly colour: string
}

export interface TrendSetting {
  /** What is shown, with its unit and window. */
  readonly title: string
  /** Milliseconds since the epoch, ascending. */
  readonly atMs: readonly number[]
  readonly lines: readonly TrendLine[]
  /** Writes a value with its unit. */
  readonly text: (value: number | null | undefined) => string
  /** Trends of one group show the same moment where the pointer is. */
  readonly group: string
  /** What a stretch that was marked with the pointer leads to. */
  readonly onRange: (fromMs: number, toMs: number) => void
}

/** In the size of the page's letters, which are larger on large screens. */
const heightRem = 10.5
const axisRem = { font: 0.75, size: 4.8, space: 5.3 }

const remPx = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize)

/** Lines over time. Those who do not see them get the last values as text. */
export function Trend(setting: TrendSetting): VNode {
  const { title, atMs, lines, text } = setting
  const format = useFormat()
  const { time } = useWords(words)
  const colours = `${useStore(theme)} ${useIsDark()}`
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<Promise<uPlot | undefined>>(undefined)
  const latest = useRef(setting)
  latest.current = setting
  useEffect(() => {
    const over = new AbortController()
    const made = drawn(place.current as HTMLDivElement, { latest, timeTitle: time, time: format.time, signal: over.signal })
    chart.current = made
    return () => {
      over.abort()
      void made.then((plot) => plot?.destroy())
    }
  }, [lines.length, format, colours])
  useEffect(() => void chart.current?.then((plot) => plot?.setData(dataOf(latest.current))), [atMs, lines])
  const last = lines.map((line) => `${line.title} ${text(line.values.at(-1))}`).join(', ')
  return html`<figure class="trend">
    <figcaption>${title}</figcaption>
    <div ref=${place} role="img" aria-label=${`${title}: ${last}`}></div>
  </figure>`
}

const dataOf = ({ atMs, lines }: TrendSetting): uPlot.AlignedData => [atMs.map((ms) => ms / 1e3), ...lines.map(({ values }) => [...values])]

interface Drawing {
  readonly latest: { readonly current: TrendSetting }
  readonly timeTitle: string
  readonly time: (ms: number) => string
  readonly signal: AbortSignal
}

/** The library comes when the first trend is drawn: the first sight of the page does without it. */
async function drawn(place: HTMLElement, { latest, timeTitle, time, signal }: Drawing): Promise<uPlot | undefined> {
  const library = await later(import('uplot'))
  if (!library || signal.aborted) return undefined
  const { default: Plot } = library
  const { lines, group } = latest.current
  const colour = (name: string) => colourAt(place, name)
  const grid = { stroke: () => colour('--line'), width: 1 }
  const rem = remPx()
  // Whole pixels: the library scales no others to the screen's.
  const font = `${Math.round(axisRem.font * rem)}px system-ui, sans-serif`
  const axis = { stroke: () => colour('--faint'), grid, ticks: grid, font }
  const plot = new Plot(
    {
      width: place.clientWidth || 1,
      height: heightRem * rem,
      cursor: { drag: { x: true, y: false, setScale: false }, sync: { key: group } },
      series: [
        { value: (self, _, __, index) => time((shown(self, 0, index) ?? 0) * 1e3), label: timeTitle },
        ...lines.map((line): uPlot.Series => ({
          label: line.title,
          stroke: () => colour(line.colour),
          width: 1.5,
          points: { show: false },
          value: (self, _, series, index) => latest.current.text(shown(self, series, index)),
        })),
      ],
      scales: { y: { range: (_, low, high) => [Math.min(0, low ?? 0), high > 0 ? high * 1.05 : 1] } },
      axes: [
        { ...axis, values: (_, seconds) => seconds.map((second) => time(second * 1e3)), space: axisRem.space * rem },
        { ...axis, size: axisRem.size * rem, values: (_, values) => values.map((value) => latest.current.text(value)) },
      ],
      hooks: { setSelect: [(self) => marked(self, latest.current.onRange)] },
    },
    dataOf(latest.current),
    place,
  )
  const resized = new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: heightRem * rem }))
  resized.observe(place)
  signal.addEventListener('abort', () => resized.disconnect())
  return plot
}

/** What the pointer is at; the latest where there is none. */
const shown = ({ data }: uPlot, series: number, index: number | null): number | null | undefined => data[series]?.at(index ?? -1)

/** Canvases know no variables and no `light-dark()`: what a variable comes to at its place. */
function colourAt(place: HTMLElement, name: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${name})`
  place.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

const darkSystem = '(prefers-color-scheme: dark)'

/** Whether the system's colours are dark, now and when it changes them. */
function useIsDark(): boolean {
  const [isDark, setIsDark] = useState(() => matchMedia(darkSystem).matches)
  useEffect(() => {
    const over = new AbortController()
    matchMedia(darkSystem).addEventListener('change', ({ matches }) => setIsDark(matches), { signal: over.signal })
    return () => over.abort()
  }, [])
  return isDark
}

function marked(plot: uPlot, onRange: TrendSetting['onRange']): void {
  const { left, width } = plot.select
  if (width < 2) return
  onRange(plot.posToVal(left, 'x') * 1e3, plot.posToVal(left + width, 'x') * 1e3)
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
}
