import type { ControlPlanePod } from '../../model/discovered.ts'
import type { Unread } from './unread.ts'

/** Something that is wrong with an input of discovery, and what to do about it. */
export interface Complaint {
  readonly code: string
  readonly message: string
  readonly remedy: string
  /** `mesh/configmap.yaml:12`; absent for what is in no file. */
  readonly place?: string
}

/** A sidecar that is or would be scraped, and what became of its page. */
export interface SidecarFacts {
  readonly namespace: string
  readonly pod: string
  /**
   * `good`: a page that can be used; `bad`: an answer that cannot be used; `silent`: no answer; `waiting`: not asked yet; `unasked`: one look asks one pod
   * per namespace.
   */
  readonly page: 'good' | 'bad' | 'silent' | 'waiting' | 'unasked'
  /** How many of its samples a collector uses. */
  readonly series: number
  readonly problem?: Complaint
}

export type PagePath = '/metrics/osm' | '/metrics/edges'

/** How a pulled page is served. */
export interface PageFacts {
  /** `atLeast`: there was too much to count; or why the page does not come. */
  readonly series: { readonly count: number; readonly atLeast: boolean } | { readonly problem: Complaint }
  /** Since others than this program fetched it last, milliseconds; absent where nobody did since the collector started. */
  readonly fetchedAgoMs?: number
}

/** How nodes are read for what their containers use. */
export interface ContainerFacts {
  /** Number of nodes by state. */
  readonly nodes: Readonly<Record<string, number>>
  readonly samples: number
  readonly problems: readonly (Complaint & { readonly nodes: readonly string[] })[]
  /** Why it is not known which nodes there are. */
  readonly unlisted?: Complaint
}

/** How spans of sidecars come. */
export interface TracingFacts {
  /** The port where they are taken; absent until it listens. */
  readonly port?: number
  readonly received: number
  readonly accepted: number
  /** Spans by reason. */
  readonly refused: Readonly<Record<string, number>>
  /** Requests by the status of their answer. */
  readonly refusedRequests: Readonly<Record<string, number>>
  /** What the MeshConfig says of where sidecars send them; absent where it may not be read, or there is none. */
  readonly mesh?: { readonly enabled: boolean; readonly address: string | null; readonly port: number | null }
}

/** How one destination is doing, in rows or spans since the collector started. */
export interface DestinationFacts {
  readonly name: string
  readonly sent: number
  /** Since something arrived last; absent where nothing has. */
  readonly sentAgoMs?: number
  readonly waiting: number
  /** How long the oldest has waited; absent where nothing waits. */
  readonly waitsMs?: number
  /** What will never arrive, by reason. */
  readonly lost: Readonly<Record<string, number>>
  /** Why the last try failed; absent where it succeeded. */
  readonly problem?: Complaint
}

/** What a collector knows beyond discovery. */
export interface CollectorFacts {
  readonly title: string
  /** For a Prometheus beside it: `mesh-telemetry.mesh-telemetry.svc:9464`. */
  readonly address: string
  /** How to read its log. */
  readonly log: string
  readonly ready: boolean
  /** Why it is not ready, or reads more seldom than configured. */
  readonly reason?: string
  /** Why it reads more seldom than configured. */
  readonly pace?: Complaint
  /** What it follows at an API server: by name, and whether that is heard. */
  readonly watches: readonly { readonly title: string; readonly heard: boolean }[]
  readonly edges: {
    /** Connections between services, without the mesh's own. */
    readonly outbound: number
    /** Those of them that carried something in the window. */
    readonly moving: number
    /** From WASM statistics. */
    readonly workload: number
    readonly coveredMs: number
  }
  /** Absent where no node is to be asked. */
  readonly containers?: ContainerFacts
  /** Absent where no span is to be taken. */
  readonly tracing?: TracingFacts
  /** Empty where nothing is to be sent. */
  readonly destinations: readonly DestinationFacts[]
  readonly pages: Readonly<Record<PagePath, PageFacts>>
}

/** All that the doctor knows. Every check is a function of it. */
export interface Facts {
  /** Discovery has an outcome: without one, nothing is known of namespaces and pods. */
  readonly discovered: boolean
  /** In words, from discovery: which ConfigMap or annotation names which namespaces. */
  readonly rule: string
  /** The namespaces that are named. */
  readonly namespaces: readonly string[]
  /** The control plane's pods, as far as they may be read. */
  readonly controlPlane: readonly ControlPlanePod[]
  /** Those of them that a collector scrapes, and that give no page. */
  readonly controlPlaneFaults: readonly { readonly namespace: string; readonly pod: string; readonly problem: Complaint }[]
  /** What the MeshConfig says of WASM statistics, where it does and may be read. */
  readonly wasmStats?: boolean
  /** What may not be read, by the collector or by whoever looks. */
  readonly unread: Unread
  /** What is wrong with what discovery reads. */
  readonly complaints: readonly Complaint[]
  /** Namespaces, and pods of named namespaces, that are not scraped. */
  readonly dropped: readonly { readonly namespace: string; readonly pod: string | null; readonly reason: string; readonly remedy: string }[]
  readonly sidecars: readonly SidecarFacts[]
  /** Whether pages hold statistics per pair of workloads; absent where no page was seen. */
  readonly requestStats?: boolean
  /** What a running collector says, or why none can be asked. */
  readonly collector:
    | CollectorFacts
    | { readonly lack: 'none' | 'silent' | 'hidden'; readonly title: string; readonly what: string; readonly remedy: string }
}
