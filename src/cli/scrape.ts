import { readExposition, type Sample } from '../parse/exposition.ts'
import { Problem } from '../runtime/problem.ts'
import { command } from './command.ts'
import { type Context, exitCodes } from './context.ts'
import { bytesText, counted } from './figure-text.ts'
import { type Format, outputOption } from './options.ts'
import { withRemedyFor } from './page-remedies.ts'
import { readPage } from './page-source.ts'
import { expositionText, jsonText, readerOf, sampleTable } from './samples.ts'
import { lookOf, shownRaw } from './terminal.ts'

export const scrapeCommand = command({
  name: 'scrape',
  summary: 'Read one page of metrics, as the collector would, and show what it says.',
  operand: { name: 'url-or-file', help: 'http:// or https:// URL, a file, or - for standard input' },
  options: {
    wanted: { flags: '--wanted', help: 'only the samples that the collector uses' },
    output: outputOption(['table', 'json', 'prometheus']),
  },
  notes: `What it prints:
  Every sample; on standard error how large the page is and how much of it the
  collector uses. A broken page is not shown at all: line and column of the
  first mistake are, and the exit code is 1. It is 3 when the URL does not
  answer, 2 when it is never asked, such as a metadata address.

Examples:
  $ kubectl port-forward -n bookstore deploy/bookstore-v1 15010 &
  $ mesh-telemetry scrape http://127.0.0.1:15010/stats/prometheus
  $ mesh-telemetry scrape --wanted page.prom -o json
  $ curl -s 127.0.0.1:15010/stats/prometheus | mesh-telemetry scrape -`,
  async run({ operand, wanted, output }, context) {
    const { stdout, stderr } = context
    const { body, samples } = await readSamples(operand, context)
    const reader = readerOf(samples)
    const shown = wanted ? samples.filter(({ name }) => reader.takes(name)) : samples
    const texts: Readonly<Record<Format, () => string>> = {
      table: () => `${sampleTable(shown, lookOf(context)).join('\n')}\n`,
      json: () => shownRaw(stdout, jsonText(shown)),
      prometheus: () => shownRaw(stdout, expositionText(shown)),
    }
    stdout.write(texts[output]())
    const used = samples.filter(({ name }) => reader.takes(name)).length
    stderr.write(
      `${bytesText(body.length)}, ${counted(samples.length, 'sample')}; the collector uses ${used} of them as a page of ${reader.of}.\n`,
    )
    return exitCodes.fine
  },
})

/** @throws {Problem} that says where in which page, and what to do about it from here */
async function readSamples(source: string, context: Context): Promise<{ readonly body: Buffer; readonly samples: Sample[] }> {
  try {
    const body = await readPage(source, context)
    return { body, samples: samplesOf(body, source) }
  } catch (error) {
    throw error instanceof Problem ? withRemedyFor(source, error) : error
  }
}

/** @throws {Problem} that says where in which page */
function samplesOf(body: Buffer, source: string): Sample[] {
  try {
    return readExposition(body)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const place = { file: source === '-' ? 'standard input' : source, ...error.place }
    throw new Problem(error.kind, error.message, { place, cause: error })
  }
}
