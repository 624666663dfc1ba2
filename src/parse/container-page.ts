import { type ContainerFamily, containerFamilies, type ContainerSample, type NodePage } from '../model/container-use.ts'
import type { Labels } from '../model/labels.ts'
import { afterBlanks, hash, newline } from './characters.ts'
import { SampleLine } from './sample-line.ts'
import { labelsOf } from './sample-names.ts'
import { lineEnd, malformed } from './scan.ts'

/** Which pods are meant. */
export type MeantPods = (namespace: string, pod: string) => boolean

/** One running or ended container of a name: its rows of one family, added up. */
interface Run {
  readonly id: string
  value: number
  timestampMs: number
}

/**
 * What cAdvisor's page says of the containers of some pods. A page is megabytes of which two families are read, so the rest is not looked at: families
 * are found by their TYPE lines, as Go's client library prints them, and end with the next comment.
 *
 * Rows without a container's name are the sums of a pod and of whole parts of the machine, and `POD` is the one that holds a pod's network: both are left
 * out, so that nothing is in a sum twice. Old kubelets print a row per core: those of one container are added. Of several containers of one name, as after
 * a restart, the one counts that was measured last.
 *
 * @returns nothing where the page lacks both families, as those of some container runtimes do
 * @throws {Problem} `malformed_page` or `line_too_long`, for a line of the two families
 */
export function readContainerPage({ body, readMs }: NodePage, isMeant: MeantPods): ContainerSample[] {
  const line = new SampleLine(body)
  return (Object.keys(containerFamilies) as ContainerFamily[]).flatMap((family) => {
    const start = sectionOf(body, family)
    return start < 0 ? [] : readFamily(line, { family, start, readMs, isMeant })
  })
}

/** @returns where the family's samples begin, or -1 */
function sectionOf(body: Buffer, family: string): number {
  const opening = `# TYPE ${family} `
  if (body.toString('latin1', 0, opening.length) === opening) return lineEnd(body, 0) + 1
  const at = body.indexOf(`\n${opening}`, 0, 'latin1')
  return at < 0 ? -1 : lineEnd(body, at + 1) + 1
}

interface Section {
  readonly family: ContainerFamily
  readonly start: number
  readonly readMs: number
  readonly isMeant: MeantPods
}

function readFamily(line: SampleLine, { family, start: from, readMs, isMeant }: Section): ContainerSample[] {
  const { body } = line
  const runs = new Map<string, { readonly labels: Named; readonly runs: Map<string, Run> }>()
  for (let start = from, end; start < body.length && body[start] !== hash; start = end + 1) {
    end = lineEnd(body, start)
    if (body[start] === newline || afterBlanks(body, start) >= end) continue
    if (!line.readStrictly(start, end)) throw malformed(body, line.fault)
    const labels = labelsOf(line)
    if (!isNamed(labels) || !isMeant(labels.namespace, labels.pod)) continue
    const key = `${labels.namespace}/${labels.pod}/${labels.container}`
    const known = runs.get(key) ?? { labels, runs: new Map<string, Run>() }
    runs.set(key, known)
    addTo(known.runs, { id: labels.id ?? '', value: line.value, timestampMs: line.timestamp ?? readMs })
  }
  return [...runs.values()].map(({ labels: { namespace, pod, container }, runs: all }) => {
    const { value, timestampMs } = [...all.values()].reduce((last, run) => (run.timestampMs >= last.timestampMs ? run : last))
    return { family, namespace, pod, container, value, timestampMs }
  })
}

type Named = Labels & { readonly namespace: string; readonly pod: string; readonly container: string }

const isNamed = (labels: Labels): labels is Named =>
  [labels.namespace, labels.pod, labels.container].every((label) => label !== undefined) && labels.container !== 'POD'

function addTo(runs: Map<string, Run>, { id, value, timestampMs }: Run): void {
  const run = runs.get(id) ?? { id, value: 0, timestampMs }
  runs.set(id, run)
  run.value += value
  run.timestampMs = Math.max(run.timestampMs, timestampMs)
}
