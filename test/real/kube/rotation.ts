import type { FaultScene } from './fault-scene.ts'

/** The server no longer knows the token; some time later a new one comes into the kubeconfig. */
export async function rotation(scene: FaultScene): Promise<void> {
  await scene.spoilToken()
  scene.wire.cut() // a watch that is open outlives its token
  await scene.untilToldOf('kubernetes_unauthorized')
  await scene.renewToken()
  const born = await scene.bear('born-after-a-new-token')
  await scene.untilScraped([born], 40_000)
  await scene.bury(born)
}
