import type { Committed, Edge } from '../model/cell.ts'
import type { EdgeFigures } from '../model/figures.ts'
import type { Labels } from '../model/labels.ts'
import { type EdgeCells, EdgeIndex } from './edge-cells.ts'
import { isWanted, namesOf } from './edge-names.ts'
import { type FigureCells, figureCellsOf } from './figure-cells.ts'
import type { EdgesQuestion } from './reading.ts'

/** What is one entry of an answer: an edge, or edges that are summed. */
export interface EdgeGroup {
  readonly kind: EdgeFigures['kind']
  readonly labels: Labels
  readonly edges: readonly EdgeCells[]
  readonly cells: FigureCells
  /** What the cells were worked out from. */
  readonly basis: string
}

type Asked = Omit<EdgesQuestion, 'windowMs' | 'untilMs'>

/** As many questions are remembered: a page asks a few, again and again. */
const mostQuestions = 16

/** The entries that questions are answered with. They follow from edges and cells alone, so that only what has new ones is worked out anew. */
export class EdgeGroups {
  readonly #index = new EdgeIndex()
  #edges: readonly EdgeCells[] = []
  #names: ReturnType<typeof namesOf> | undefined
  /** Of single edges, whatever is asked. */
  #singles = new Map<EdgeCells, EdgeGroup>()
  readonly #known = new Map<string, readonly EdgeGroup[]>()

  /**
   * In the order of their labels' text.
   *
   * @param ids of the edges that are known: the same list as long as they are the same
   */
  of({ by = 'edge', ...filter }: Asked, ids: readonly Edge['id'][], committed: Committed): readonly EdgeGroup[] {
    this.#follow(this.#index.of(ids, committed))
    const { namespace, service, source, destination, internals } = filter
    const question = JSON.stringify([by, namespace, service, source, destination, internals])
    const known = this.#known.get(question) ?? this.#groupsOf(by, filter)
    const groups = known.map((group) => this.#upToDate(group, committed.hidden))
    this.#remember(question, groups)
    return groups
  }

  /** What was asked longest ago is forgotten first. */
  #remember(question: string, groups: readonly EdgeGroup[]): void {
    this.#known.delete(question)
    this.#known.set(question, groups)
    const [oldest] = this.#known.keys()
    if (this.#known.size > mostQuestions && oldest !== undefined) this.#known.delete(oldest)
  }

  #follow(edges: readonly EdgeCells[]): void {
    if (edges === this.#edges) return
    this.#edges = edges
    this.#names = undefined
    this.#known.clear()
    this.#singles = new Map(
      edges.flatMap((edge) => {
        const group = this.#singles.get(edge)
        return group ? [[edge, group]] : []
      }),
    )
  }

  #groupsOf(by: EdgesQuestion['by'], filter: Asked): EdgeGroup[] {
    const wanted = this.#wanted(filter)
    if (by === 'pair' || by === 'source') return grouped(wanted, by).map(groupOf)
    return wanted.map((edge) => this.#singles.get(edge) ?? groupOf([edge]))
  }

  #upToDate(group: EdgeGroup, hidden: ReadonlySet<number>): EdgeGroup {
    const { edges } = group
    const basis = `${edges.reduce((cells, edge) => cells + edge.cells.length, 0)} ${hidden.size}`
    if (basis === group.basis) return group
    const made = { ...group, cells: figureCellsOf(edges, hidden), basis }
    const [first, ...others] = edges
    if (first && others.length === 0) this.#singles.set(first, made)
    return made
  }

  #wanted(filter: Asked): readonly EdgeCells[] {
    const { internals = true, ...ends } = filter
    if (internals && Object.values(ends).every((name) => name === undefined)) return this.#edges
    const names = (this.#names ??= namesOf(this.#edges))
    return this.#edges.filter((entry) => {
      const own = names.get(entry)
      return own !== undefined && isWanted(entry.edge, own, filter)
    })
  }
}

const noCells = figureCellsOf([], new Set())

function groupOf(edges: readonly EdgeCells[]): EdgeGroup {
  const labels = sharedLabels(edges.map(({ edge }) => edge.labels))
  const kind = labels.direction === 'outbound' || labels.direction === 'inbound' ? labels.direction : 'workload'
  return { kind, labels, edges, cells: noCells, basis: '' }
}

function sharedLabels([first = {}, ...others]: readonly Labels[]): Labels {
  return Object.fromEntries(Object.entries(first).filter(([name, value]) => others.every((labels) => labels[name] === value)))
}

/** Outbound edges by who calls, and for pairs by who is called. */
function grouped(edges: readonly EdgeCells[], by: 'pair' | 'source'): EdgeCells[][] {
  const outbound = edges.filter(({ edge }) => edge.labels.direction === 'outbound')
  const groups = Map.groupBy(outbound, ({ edge: { labels } }) => JSON.stringify([callerOf(labels), by === 'pair' && calledOf(labels)]))
  return [...groups.values()]
}

const callerOf = ({ source_namespace: namespace, source_service: service, source_workload: workload }: Labels) =>
  service === undefined ? [namespace, workload, 'workload'] : [namespace, service]

const calledOf = (labels: Labels) => [
  labels.destination_namespace,
  labels.destination_service,
  labels.destination_port,
  labels.destination_kind,
]
