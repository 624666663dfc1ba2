import { certificates, errors, probed, responses } from './control-plane-families.ts'
import { type ControlPlane, errorCodes } from './control-plane.ts'
import { goPage } from './go-page.ts'

interface State {
  readonly controlPlane: ControlPlane
  readonly nowMs: number
}

/** osm-injector's page: which new pods it was asked for and what it answered. */
export function injectorPage({ controlPlane: { injectionSeconds, refusedInjections, bootstrapCertificateSeconds }, nowMs }: State): string {
  const outcomes = { false: refusedInjections, true: injectionSeconds.length - refusedInjections }
  const own = [
    {
      name: 'osm_admission_webhook_response_total',
      type: 'counter',
      help: 'Answers to Kubernetes about objects to be admitted.',
      samples: Object.entries(outcomes).map(([success, value]) => ({ labels: { kind: 'Pod', success }, value })),
    } as const,
    ...certificates(bootstrapCertificateSeconds),
    errors(errorCodes.certificateNotIssued, refusedInjections),
    ...responses([probed('/healthz', nowMs), { method: 'post', path: '/mutate-pod-creation', seconds: injectionSeconds }]),
  ]
  return goPage(own, nowMs)
}

/** osm-bootstrap's page: it has done its work before the mesh begins, and is asked for its health. */
export function bootstrapPage({ nowMs }: State): string {
  return goPage(responses([probed('/healthz', nowMs)]), nowMs)
}
