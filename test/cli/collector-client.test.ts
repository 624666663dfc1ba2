import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { CollectorClient } from '../../src/cli/collector-client.ts'

it('shows its token to nobody before it is known that a collector answers', async () => {
  const room = mkdtempSync(join(tmpdir(), 'mesh-telemetry-client-'))
  const tokenFile = join(room, 'token')
  writeFileSync(tokenFile, 'secret')
  const shown: (string | undefined)[] = []
  const other = createServer(({ headers }, answer) => {
    shown.push(headers.authorization)
    answer.end('# somebody else')
  }).listen(0, '127.0.0.1')
  await once(other, 'listening')
  const server = new URL(`http://127.0.0.1:${(other.address() as AddressInfo).port}`)
  try {
    expect(await new CollectorClient({ server, tokenFile }, { signal: new AbortController().signal }).presence()).toBe('none')
    expect(shown).toEqual([undefined])
  } finally {
    other.close()
    rmSync(room, { recursive: true })
  }
})
