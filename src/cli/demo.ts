import { setTimeout as pauseFor } from 'node:timers/promises'
import { otlpOptions } from '../forward/spans/options.ts'
import { httpOptions } from '../http/options.ts'
import { command, type Option } from './command.ts'
import { type Context, exitCodes } from './context.ts'
import type { Collector } from '../collector.ts'
import { announcementLine } from './demo/event-lines.ts'
import { demoFrame, demoTable, type Figures, hasRates, invitation } from './demo/frame.ts'
import { DemoScreen } from './demo/screen.ts'
import type { DemoSession } from './demo/session.ts'
import { troublesOf } from './demo/trouble.ts'
import { columnsOf, lookOf } from './terminal.ts'

/** The span that the demo's rates are over. */
const windowMs = 10_000
const redrawMs = 1_000
const firstRedrawMs = 250
const plainTableMs = 5_000
const onceWithinMs = 5_800
const stopWithinMs = 700

export const demoCommand = command({
  name: 'demo',
  summary: 'Run a small mesh and its collector on this machine and show who calls whom.',
  options: {
    once: { flags: '--once', help: 'print one table as soon as there are rates, and end' } as Option<boolean | undefined>,
    seed: { flags: '--seed <number>', help: 'the same seed makes the same traffic', default: '1', parse: wholeNumber },
    listen: {
      flags: '--listen <host:port>',
      help: 'where the page is served; when taken, the next free port',
      default: '127.0.0.1:9464',
      parse: listenAddress,
    },
    spansTo: {
      flags: '--spans-to <url>',
      help: 'send the spans on by OTLP over HTTP, to Jaeger or an OpenTelemetry Collector, such as http://127.0.0.1:4318',
      parse: otlpAddress,
    } as Option<string | undefined>,
    color: { flags: '--no-color', help: 'no colours (also: NO_COLOR=1)' } as Option<boolean>,
  },
  notes: `What it prints:
  A table that renews itself every second, what just happens to the mesh, what
  is wrong with the ConfigMap while it is, and where to look further. Without a
  terminal: a table every five seconds. Everything runs on loopback; logs go to
  a temporary file whose name is printed at the end. Ctrl-C ends it. Whether
  spans arrive at --spans-to says "mesh-telemetry doctor".

Examples:
  $ mesh-telemetry demo
  $ mesh-telemetry demo --once
  $ mesh-telemetry demo --seed 7 --listen 127.0.0.1:0
  $ mesh-telemetry demo --spans-to http://127.0.0.1:4318`,
  async run({ once, seed, listen, spansTo, color }, context) {
    const { startDemo } = await import('./demo/session.ts') // the collector and all it needs: only for who runs it
    const session = await startDemo({ listen, seed, spansTo })
    context.atExit(() => session.clear())
    const shownIn = color ? context : { ...context, env: { ...context.env, NO_COLOR: '1' } }
    const show = once ? showOnce : context.stdout.isTTY ? showLive : showPlain
    try {
      return (await show(session, shownIn)) ? exitCodes.fine : exitCodes.problems
    } finally {
      await session.stop(stopWithinMs)
      context.stderr.write(`The log of this run: ${session.logFile}\n`)
    }
  },
})

/** @returns whether there was something to show */
type Show = (session: DemoSession, context: Context) => Promise<boolean>

/** Redraws in place until it is asked to end. */
const showLive: Show = async ({ collector, announcements, places }, context) => {
  const { stdout, env, signal, atExit } = context
  const screen = new DemoScreen(stdout, () => columnsOf(stdout, env))
  atExit(() => screen.close())
  try {
    while (!signal.aborted) {
      const figures = figuresOf(collector)
      screen.draw(demoFrame({ figures, announcements, places }, { ...lookOf(context), rows: stdout.rows ?? 24 }))
      await pause(hasRates(figures.edges) ? redrawMs : firstRedrawMs, signal)
    }
  } finally {
    screen.close()
  }
  return true
}

/** Lines one after the other, for files and pipes. */
const showPlain: Show = async ({ collector, announcements, places }, context) => {
  const { stdout, signal, clock } = context
  const write = (lines: readonly string[]) => lines.length > 0 && stdout.write(`${lines.join('\n')}\n`)
  write([...invitation(places, lookOf(context).palette), ''])
  let told = 0
  let troubles: readonly string[] = []
  let tableDueMs = 0
  while (!signal.aborted) {
    write(announcements.slice(told).map(announcementLine))
    told = announcements.length
    const figures = figuresOf(collector)
    const present = troublesOf(figures.targets).map(({ text, remedy }) => `${text}\n  ${remedy}`)
    write(present.filter((trouble) => !troubles.includes(trouble)))
    troubles = present
    if (hasRates(figures.edges) && clock.monotonicMs() >= tableDueMs) {
      write([...demoTable(figures, { ...lookOf(context), limit: Infinity }), ''])
      tableDueMs = clock.monotonicMs() + plainTableMs
    }
    await pause(firstRedrawMs, signal)
  }
  return true
}

/** One table, as soon as it says something. */
const showOnce: Show = async ({ collector }, context) => {
  const { stdout, signal, clock } = context
  const endMs = clock.monotonicMs() + onceWithinMs
  let figures = figuresOf(collector)
  while (!hasRates(figures.edges) && clock.monotonicMs() < endMs && !signal.aborted) {
    await pause(firstRedrawMs, signal)
    figures = figuresOf(collector)
  }
  stdout.write(`${demoTable(figures, { ...lookOf(context), limit: Infinity }).join('\n')}\n`)
  return hasRates(figures.edges)
}

const figuresOf = ({ reading }: Collector): Figures => ({ edges: reading.edges({ windowMs }), targets: reading.targets() })

/** Resolves after `ms`, or at once when it is time to end. */
const pause = (ms: number, signal: AbortSignal): Promise<void> => pauseFor(ms, undefined, { signal }).catch(() => {})

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error('It is a whole number such as 7.')
  return Number(text)
}

function otlpAddress(text: string): string {
  const { error } = otlpOptions.safeParse({ endpoint: text })
  if (error) throw new Error(`It ${error.issues[0]?.message}.`)
  return text
}

function listenAddress(text: string): string {
  const { error } = httpOptions.safeParse({ listen: text })
  if (error) throw new Error(`It ${error.issues[0]?.message}.`)
  return text
}
