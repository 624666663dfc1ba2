import type { ErrorCode } from './control-plane.ts'
import { type Family, histogram, one } from './go-page.ts'

/** Families that more than one program of the control plane prints. Source of names, labels and bounds: openservicemesh/osm, pkg/metricsstore, v1.2. */

/** Seconds, for what takes long: certificates and configurations. */
export const workBounds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 90]
/** Seconds; those that Go's client takes where none are set. */
const responseBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** What one path of a program's HTTP server has answered. */
export interface Answered {
  readonly method: 'get' | 'post'
  readonly path: string
  /** What each answer took. */
  readonly seconds: readonly number[]
  /** How often all of `seconds` came; 1 where absent. */
  readonly times?: number
}

/** Kubernetes asks one path for the program's health, every ten seconds. */
export function probed(path: string, nowMs: number): Answered {
  return { method: 'get', path, seconds: [0.0002], times: 1 + Math.floor(nowMs / 10_000) }
}

export function responses(handlers: readonly Answered[]): Family[] {
  const labelled = handlers.map(({ method, path, seconds, times = 1 }) => ({ labels: { code: '200', method, path }, seconds, times }))
  return [
    {
      name: 'osm_http_response_duration',
      type: 'histogram',
      help: 'Seconds to answer over HTTP.',
      samples: labelled.flatMap(({ labels, seconds, times }) =>
        histogram(seconds, responseBounds, labels).map((sample) => ({ ...sample, value: sample.value * times })),
      ),
    },
    {
      name: 'osm_http_response_total',
      type: 'counter',
      help: 'Responses of the HTTP server.',
      samples: labelled.map(({ labels, seconds, times }) => ({ labels, value: seconds.length * times })),
    },
  ]
}

export function certificates(seconds: readonly number[]): Family[] {
  return [
    { name: 'osm_cert_issued_count', type: 'counter', help: 'Certificates issued.', samples: one(seconds.length) },
    {
      name: 'osm_cert_issued_time',
      type: 'histogram',
      help: 'Seconds to issue a certificate.',
      samples: histogram(seconds, workBounds),
    },
  ]
}

export function errors(code: ErrorCode, count: number): Family {
  const samples = count > 0 ? [{ labels: { err_code: code }, value: count }] : []
  return { name: 'osm_error_err_code_count', type: 'counter', help: 'Errors by their code.', samples }
}
