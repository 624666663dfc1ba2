import { join } from 'node:path'
import type { RealSetting } from '../part.ts'
import { collected } from './collected.ts'
import type { JaegerByWay, Way } from './collector.ts'
import { deaths } from './deaths.ts'
import { Jaeger } from './jaeger.ts'
import type { BuiltJaeger } from './jaeger-build.ts'
import { namedByMain, namedByReleases } from './mesh.ts'

/** How long no Jaeger is there for the collector to send to; what it proves does not depend on it. */
const outageMs = Number(process.env.MESH_TELEMETRY_OUTAGE_SECONDS ?? 15) * 1e3

interface Scene extends RealSetting {
  /** Envoy's executable. */
  readonly envoy: string
  readonly ownAddress: string
}

/** Real sidecars send to the collector, which sends on by each of its ways, each to a Jaeger of its own: whatever was wrong is right, and whoever dies, nothing is lost. */
export async function throughTheCollector(scene: Scene, built: BuiltJaeger): Promise<Readonly<Record<string, string | number>>> {
  const start = (way: Way) => Jaeger.start({ ...scene, jaeger: built, scratch: join(scene.scratch, `jaeger-by-${way}`) })
  await using zipkin = await start('zipkin')
  await using otlp = await start('otlp')
  await using jaeger = await start('jaeger')
  const jaegers: JaegerByWay = { zipkin, otlp, jaeger }
  // Jaeger 2 counts calls by the ids that it was sent: where two spans share one, calls are missing and others invented.
  const trustsGraph = (way: Way) => built.line === 1 || way !== 'zipkin'
  // By Thrift it takes a 4xx for an error of the calling side, as OpenTelemetry does where a span has no status.
  const trustsErrors = (way: Way) => built.line === 1 || way !== 'jaeger'
  const setting = { ...scene, jaegers, trustsGraph, trustsErrors, outageMs }
  return {
    ...(await collected({ ...setting, outageMs: 0 }, { naming: namedByReleases, as: 'releases' })),
    ...(await collected(setting, { naming: namedByMain, as: 'main' })),
    ...(await deaths(setting)),
  }
}
