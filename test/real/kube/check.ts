import type { RealSetting } from '../part.ts'
import type { KubeServer } from './server.ts'

export type Figures = Readonly<Record<string, string | number>>

/** A check against a running API server that it may hurt, with a scratch folder of its own. Throws what is wrong; leaves the server running. */
export type KubeCheck = (server: KubeServer, setting: RealSetting) => Promise<Figures | void>
