import { execFile } from 'node:child_process'
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import type { StatusAnswer } from '../../../src/model/figures.ts'
import { accessOf, deployText } from '../../support/deployment.ts'
import { CollectorProcess } from '../collector-process.ts'
import type { RealOutcome, RealSetting } from '../part.ts'
import type { KubeServer } from './server.ts'
import { until } from './waiting.ts'

const checkout = join(import.meta.dirname, '../../..')
const user = 65_532

/**
 * What a kubelet would do for the shipped pod, as far as it goes without one: user and group, no capabilities, a read-only root, the configuration and the
 * account's token where they belong, a volume of the group, no environment but that of a pod. Then `run` with the last argument's file as configuration.
 */
const script = (server: URL, { token, state }: { readonly token: string; readonly state: string }) => `set -eu
for configuration; do :; done
mount -t tmpfs none /mnt
cd /mnt
mkdir app token state configuration
touch node
mount --bind '${process.execPath}' node
mount --bind '${checkout}' app
mount --bind '${token}' token
mount --bind '${state}' state
cp "$configuration" configuration/config.yaml
chmod 644 configuration/config.yaml
for hidden in /etc /var /tmp; do mount -t tmpfs none $hidden; done
account=/var/run/secrets/kubernetes.io/serviceaccount
mkdir -p /etc/mesh-telemetry /var/lib/mesh-telemetry $account
mount --bind configuration /etc/mesh-telemetry
mount --bind state /var/lib/mesh-telemetry
mount --bind token $account
for solid in / /etc /var /tmp /mnt /mnt/app; do mount -o remount,bind,ro $solid; done
cd /mnt/app
exec env -i PATH=/usr/bin:/bin NODE_ENV=production KUBERNETES_SERVICE_HOST=${server.hostname} KUBERNETES_SERVICE_PORT=${server.port} \\
  setpriv --reuid ${user} --regid ${user} --clear-groups --no-new-privs --bounding-set -all --inh-caps -all \\
  /mnt/node src/main.ts run --config /etc/mesh-telemetry/config.yaml
`

/** The collector under the circumstances of its pod: it reaches the API server by its account's token, keeps its state, is ready and ends in time. */
export async function inPod(server: KubeServer, { scratch }: RealSetting): Promise<NonNullable<RealOutcome['figures']>> {
  const why = await cannot()
  if (why !== undefined) return { 'as in its pod': `not run: ${why}` }
  await server.api.apply(...accessOf('base'))
  const folders = { token: join(scratch, 'token'), state: join(scratch, 'state') }
  await mkdir(folders.token)
  await mkdir(folders.state)
  await chown(folders.state, 0, user) // as fsGroup leaves a volume
  await chmod(folders.state, 0o2775)
  await writeFile(join(folders.token, 'token'), await server.token({ namespace: 'mesh-telemetry', name: 'mesh-telemetry' }))
  await writeFile(join(folders.token, 'ca.crt'), Buffer.from(server.api.certificate, 'base64'))
  await writeFile(join(folders.token, 'namespace'), 'mesh-telemetry')
  await writeFile(join(scratch, 'pod.sh'), script(new URL(server.api.url), folders))

  const shipped = parse(deployText('base/config.yaml')) as Readonly<Record<string, unknown>>
  const config = { ...shipped, http: {} } // an address of this machine, and no token
  const collector = await CollectorProcess.run(config, { scratch, command: ['unshare', '--mount', '/bin/sh', join(scratch, 'pod.sh')] })
  try {
    await collector.until('/readyz', 15_000)
    await until(15_000, async () => {
      const { discovery } = await collector.json<StatusAnswer>('/api/v1/status')
      const isHeard = discovery.watches.length > 0 && discovery.watches.every(({ state }) => state === 'following')
      return isHeard ? undefined : `not all is heard: ${JSON.stringify(discovery)}`
    })
    const code = await collector.stop()
    if (code !== 0) throw new Error(`it ended with ${code}`)
  } finally {
    await collector.stop()
  }
  return { 'as in its pod': 'ready' }
}

/** Why a pod cannot be played here. */
async function cannot(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root of a Linux may mount and change users'
  return promisify(execFile)('unshare', ['--mount', 'setpriv', '--version']).then(
    () => undefined,
    (error: unknown) => String(error).split('\n')[0],
  )
}
