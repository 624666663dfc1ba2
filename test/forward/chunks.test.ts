import { expect, it } from 'vitest'
import { inChunks } from '../../src/forward/prometheus/text.ts'

function* working(blocks: number, { ms, text }: { readonly ms: number; readonly text: string }): Generator<string> {
  for (let n = 0; n < blocks; n++) {
    const endMs = performance.now() + ms
    while (performance.now() < endMs);
    yield text
  }
}

async function chunksOf(blocks: Iterable<string>) {
  let turns = 0
  const chunks = await Array.fromAsync(inChunks(blocks, async () => void turns++))
  return { chunks, turns }
}

it('gives others their turn while blocks take their time, long before there is enough to send', async () => {
  const { chunks, turns } = await chunksOf(working(10, { ms: 6, text: 'x\n' }))
  expect(turns).toBe(10)
  expect(chunks).toEqual(['x\n'.repeat(10)])
})

it('sends nothing where there is nothing to send', async () => {
  expect((await chunksOf(working(2, { ms: 6, text: '' }))).chunks).toEqual([])
})

it('gives a turn after each chunk however fast they come', async () => {
  const { chunks, turns } = await chunksOf(working(4, { ms: 0, text: 'x'.repeat(64 * 1024) }))
  expect([chunks.length, turns]).toEqual([4, 4])
})
