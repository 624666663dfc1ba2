/**
 * Places in a row, each as near as can be to where it is wanted (least squares), in the order given and with the distances asked for.
 *
 * @param distance from each place to the next
 */
export function spread(wanted: readonly number[], distance: (index: number) => number): readonly number[] {
  const offsets: number[] = []
  let offset = 0
  // Without their distances, places that are too near are a sequence that falls: those that fall share their mean.
  const blocks: { sum: number; size: number }[] = []
  wanted.forEach((place, i) => {
    offsets.push(offset)
    let block = { sum: place - offset, size: 1 }
    for (let last = blocks.at(-1); last && last.sum / last.size > block.sum / block.size; last = blocks.at(-1)) {
      block = { sum: last.sum + block.sum, size: last.size + block.size }
      blocks.pop()
    }
    blocks.push(block)
    offset += distance(i)
  })
  const means = blocks.flatMap(({ sum, size }) => Array.from({ length: size }, () => sum / size))
  return means.map((mean, i) => mean + (offsets[i] ?? 0))
}
