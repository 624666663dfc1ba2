import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { serve, smallMesh } from './collector-reading.ts'

const scratch = mkdtempSync(join(tmpdir(), 'mesh-telemetry-headers-'))
const bearerTokenFile = join(scratch, 'token')
writeFileSync(bearerTokenFile, 's3cret-token\n')
afterAll(() => rmSync(scratch, { recursive: true }))

describe('every answer tells browsers to keep, guess, embed and run nothing', () => {
  const defect = () => {
    throw new Error('a defect')
  }
  const server = serve({}, { reading: smallMesh({ targets: defect }) })
  const locked = serve({ bearerTokenFile })
  afterAll(async () => Promise.all([server, locked].map(async (one) => (await one).close())))

  it.each([
    [200, server, 'api/v1/edges'],
    [400, server, 'api/v1/edges?by=x'],
    [400, server, '%zz'],
    [401, locked, 'api/v1/edges'],
    [404, server, 'nothing'],
    [404, server, 'ui/0/main.ts'],
    [414, server, `ui/${'x'.repeat(5_000)}/main.ts`],
    [500, server, 'api/v1/targets'],
  ])('%i', async (status, asked, path) => {
    const answer = await fetch(`${(await asked).url}/${path}`)
    expect([answer.status, Object.fromEntries(answer.headers)]).toMatchObject([
      status,
      {
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      },
    ])
  })
})

it('with a token nothing is open but the probes, and the page and its files', async () => {
  await using server = await serve({ bearerTokenFile })
  const answer = await fetch(`${server.url}/nothing`, { headers: { authorization: 'Bearer s3cret-token' } })
  const { error } = (await answer.json()) as { error: { paths: string[] } }
  const isOpen = async (path: string) => (await fetch(`${server.url}${path.replace('*', 'main.ts')}`)).status !== 401
  const open = await Promise.all(error.paths.map(async (path) => ((await isOpen(path)) ? path : [])))
  expect(open.flat()).toEqual(['/', '/healthz', '/readyz', '/ui/:digest/*'])
  expect(error.paths.length).toBeGreaterThan(open.flat().length + 5)
})
