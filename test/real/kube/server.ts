import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { stringify } from 'yaml'
import { KubeApi } from './api.ts'

/** A start takes about three seconds, on a busy machine several times that. */
const readyWithinMs = 90_000

export interface KubeServerOptions {
  readonly executable: string
  /** Everything that stays: data, keys, the port. A fresh folder is a fresh cluster. */
  readonly folder: string
}

/** What RBAC lets an account do: in one namespace, or without one in the whole cluster. */
export interface Rights {
  readonly namespace?: string
  readonly rules: readonly {
    readonly apiGroups: readonly string[]
    readonly resources: readonly string[]
    readonly verbs: readonly string[]
    readonly resourceNames?: readonly string[]
  }[]
}

export interface Account {
  readonly namespace: string
  readonly name: string
}

/** A real API server in a process of its own, which can be hurt. It ends with this process. */
export class KubeServer {
  /** As the admin, who may do everything. */
  readonly api: KubeApi
  /** The admin's. */
  readonly kubeconfig: string
  readonly #options: KubeServerOptions
  #process: ChildProcess

  private constructor(options: KubeServerOptions, api: KubeApi, child: ChildProcess) {
    this.#options = options
    this.kubeconfig = join(options.folder, 'kubeconfig')
    this.api = api
    this.#process = child
  }

  /** Resolves once it is ready. */
  static async start(options: KubeServerOptions): Promise<KubeServer> {
    await mkdir(options.folder, { recursive: true })
    const child = await launch(options)
    return new KubeServer(options, await KubeApi.from(join(options.folder, 'kubeconfig')), child)
  }

  /** At once, as a crash ends it. Safe twice. */
  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await ended
  }

  /** With the same data on the same port; a running one is killed first. Resolves once it is ready. */
  async restart(): Promise<void> {
    await this.kill()
    this.#process = await launch(this.#options)
    await this.api.reconnect()
  }

  /** It takes connections, as the kernel does it for it, and says nothing. */
  freeze(): void {
    this.#process.kill('SIGSTOP')
  }

  thaw(): void {
    this.#process.kill('SIGCONT')
  }

  /** What `kubectl` prints, as the admin. Throws what it complains about. */
  async kubectl(...words: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)('kubectl', ['--kubeconfig', this.kubeconfig, ...words], { maxBuffer: 2 ** 26 })
    return stdout
  }

  /**
   * A kubeconfig of a ServiceAccount that may do just this; account, roles and bindings are made.
   *
   * @returns its path
   */
  async kubeconfigFor(account: Account, rights: readonly Rights[]): Promise<string> {
    await this.grant(account, rights)
    return this.writeKubeconfig(account.name, await this.token(account))
  }

  /** Makes the account, and gives it these rights; what it had under another number of rights stays. */
  async grant({ namespace, name }: Account, rights: readonly Rights[]): Promise<void> {
    await this.api.apply(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } },
    )
    const subjects = [{ kind: 'ServiceAccount', name, namespace }]
    for (const [i, { namespace: within, rules }] of rights.entries()) {
      const metadata = { name: `${name}-${i}`, ...(within !== undefined && { namespace: within }) }
      const kind = within === undefined ? 'ClusterRole' : 'Role'
      const apiVersion = 'rbac.authorization.k8s.io/v1'
      const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind, name: metadata.name }
      await this.api.apply({ apiVersion, kind, metadata, rules }, { apiVersion, kind: `${kind}Binding`, metadata, roleRef, subjects })
    }
  }

  /** A token of a ServiceAccount, for an hour. One that is bound to a Secret is good as long as the Secret is there. */
  async token({ namespace, name }: Account, boundToSecret?: string): Promise<string> {
    const boundObjectRef = boundToSecret && { kind: 'Secret', apiVersion: 'v1', name: boundToSecret }
    const answer = await this.api.create<{ readonly status: { readonly token: string } }>(
      `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
      { spec: { expirationSeconds: 3_600, ...(boundObjectRef && { boundObjectRef }) } },
    )
    return answer.status.token
  }

  /**
   * @param url another address of the server
   * @returns the path of the file
   */
  async writeKubeconfig(name: string, token: string, url = this.api.url): Promise<string> {
    const path = join(this.#options.folder, `${name}.kubeconfig`)
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'test', cluster: { server: url, 'certificate-authority-data': this.api.certificate } }],
      users: [{ name, user: { token } }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: name } }],
      'current-context': 'test',
    }
    await writeFile(path, stringify(config), { mode: 0o600 })
    return path
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.api.close()
    await this.kill()
  }
}

/** Throws what it last said when it does not get ready. */
async function launch({ executable, folder }: KubeServerOptions): Promise<ChildProcess> {
  const child = spawn(executable, ['-dir', folder], { stdio: ['pipe', 'pipe', 'pipe'] })
  child.stderr.pipe(createWriteStream(join(folder, 'server.log'), { flags: 'a' }))
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2_000)))
  const ready = new Promise<string | undefined>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => text.includes('READY') && resolve(undefined))
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(`it ended with ${code ?? signal}: ${said.trim().split('\n').slice(-3).join(' / ')}`))
    setTimeout(() => resolve(`it was not ready within ${readyWithinMs / 1_000} s`), readyWithinMs).unref()
  })
  const why = await ready
  if (why === undefined) return child
  child.kill('SIGKILL')
  throw new Error(`the API server did not start: ${why}`)
}
