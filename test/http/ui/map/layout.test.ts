import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { columnsOf, type Link } from '../../../../src/http/ui/map/columns.ts'
import { curvesOf } from '../../../../src/http/ui/map/curves.ts'
import { keptLayout } from '../../../../src/http/ui/map/kept-layout.ts'
import { boxHeight, boxWidth, laidOut, type Layout, type Point } from '../../../../src/http/ui/map/layout.ts'
import { labelPlaces } from '../../../../src/http/ui/map/labels.ts'
import { spread } from '../../../../src/http/ui/map/spread.ts'

const linked = (...pairs: readonly string[]): readonly Link[] =>
  pairs.map((pair) => {
    const [source = '', destination = ''] = pair.split('>')
    return { key: pair, source, destination }
  })
const namesOf = (links: readonly Link[]): readonly string[] =>
  [...new Set(links.flatMap(({ source, destination }) => [source, destination]))].sort()
const laid = (links: readonly Link[]): Layout => laidOut(namesOf(links), links)

const overlaps = (boxes: readonly Point[]): readonly (readonly [Point, Point])[] =>
  boxes.flatMap((a, i) =>
    boxes.slice(i + 1).flatMap((b) => (Math.abs(a.x - b.x) < boxWidth && Math.abs(a.y - b.y) < boxHeight ? [[a, b] as const] : [])),
  )

/** So many services, each calling and called, by a rule without chance. */
function mesh(services: number, calls: number): readonly Link[] {
  const keys = new Set<string>()
  for (let i = 0; keys.size < calls; i += 1) {
    const [a, b] = [(i * 7) % services, (i * i * 3 + i * 11 + Math.floor(i / services) * 17 + 1) % services]
    if (a !== b) keys.add(`ns-${a % 8}/s-${a}>ns-${b % 8}/s-${b}`)
  }
  return linked(...keys)
}

const anyLinks = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 14 }), fc.integer({ min: 0, max: 14 })), {
    minLength: 1,
    maxLength: 60,
    selector: String,
  })
  .map((pairs) => linked(...pairs.map(([a, b]) => `n${a}>n${b}`)))

describe('columns', () => {
  test('callers come before those they call, by the longest chain', () => {
    const columns = columnsOf(['a', 'b', 'c', 'd'], linked('a>b', 'b>c', 'a>c', 'd>c'))
    expect(Object.fromEntries(columns)).toEqual({ a: 0, b: 1, c: 2, d: 0 })
  })

  test('in a ring one call goes back', () => {
    const columns = columnsOf(['a', 'b', 'c'], linked('a>b', 'b>c', 'c>a'))
    expect(Object.fromEntries(columns)).toEqual({ a: 0, b: 1, c: 2 })
  })

  test('chains that grow too long for a screen are drawn by the shortest way', () => {
    const names = Array.from({ length: 12 }, (_, i) => `n${String(i).padStart(2, '0')}`)
    const chain = names.slice(1).map((name, i) => `${names[i]}>${name}`)
    const columns = columnsOf(names, linked(...chain, ...names.slice(2).map((name) => `n00>${name}`)))
    expect(Math.max(...columns.values())).toBe(1)
  })
})

describe('layout', () => {
  test('the same mesh is always laid out alike', () => {
    const links = mesh(30, 60)
    expect(laid(links)).toEqual(laid(links))
  })

  test('no two nodes overlap, whoever calls whom', () => {
    fc.assert(fc.property(anyLinks, (links) => overlaps([...laid(links).boxes.values()]).length === 0))
  })

  test('200 services with 1,000 calls have the shape of a screen', () => {
    const links = mesh(200, 1_000)
    const boxes = [...laid(links).boxes.values()]
    expect(boxes).toHaveLength(200)
    expect(overlaps(boxes)).toEqual([])
    const width = Math.max(...boxes.map(({ x }) => x)) - Math.min(...boxes.map(({ x }) => x))
    const height = Math.max(...boxes.map(({ y }) => y)) - Math.min(...boxes.map(({ y }) => y))
    expect(width).toBeLessThan(6_000)
    expect(height).toBeLessThan(3_000)
  })

  test('a long call passes between the nodes of the columns that it crosses', () => {
    const layout = laid(linked('a>b', 'b>c', 'c>d', 'a>d'))
    const lanes = layout.lanes.get('a>d') ?? []
    expect(lanes).toHaveLength(2)
    for (const { x, y } of lanes)
      for (const box of layout.boxes.values()) expect(box.x === x && y > box.y - 1 && y < box.y + boxHeight + 1).toBe(false)
  })
})

describe('what stays while the mesh changes', () => {
  const links = linked('a>b', 'b>c', 'a>c', 'c>d')
  const before = laid(links)

  test('all of it, where the same call each other', () => {
    expect(keptLayout(before, namesOf(links), links)).toBe(before)
  })

  test('each place, where a call is new', () => {
    const more = [...links, ...linked('d>b')]
    expect(keptLayout(before, namesOf(more), more).boxes).toEqual(before.boxes)
  })

  test('the places of those who were there, where others come and go', () => {
    fc.assert(
      fc.property(anyLinks, anyLinks, (first, second) => {
        const old = laid(first)
        const names = namesOf([...first, ...second])
        const next = keptLayout(old, names, [...first, ...second])
        const stays = namesOf(first).length * 2 > names.length
        const moved = namesOf(first).filter((name) => next.boxes.get(name) !== old.boxes.get(name))
        return overlaps([...next.boxes.values()]).length === 0 && next.boxes.size === names.length && (!stays || moved.length === 0)
      }),
    )
  })

  test('a new one stands beside its caller', () => {
    const more = [...links, ...linked('a>new')]
    const layout = keptLayout(before, namesOf(more), more)
    expect(layout.boxes.get('new')?.x).toBe(layout.boxes.get('b')?.x)
  })

  test('who leaves, leaves no lane', () => {
    const fewer = linked('a>b', 'b>c', 'c>d')
    expect(before.lanes.has('a>c')).toBe(true)
    expect(keptLayout(before, namesOf(fewer), fewer).lanes.has('a>c')).toBe(false)
  })

  test('nothing, where most are new', () => {
    const others = linked('a>p', 'p>q', 'q>r', 'r>s')
    expect(keptLayout(before, namesOf(others), others)).toEqual(laid(others))
  })
})

describe('lines', () => {
  test('begin and end at the sides of their nodes, each at a place of its own', () => {
    fc.assert(
      fc.property(anyLinks, (links) => {
        const layout = laid(links)
        const curves = curvesOf(layout, links)
        const isAtSide = ({ x, y }: Point, box: Point | undefined) =>
          box !== undefined && (x === box.x || x === box.x + boxWidth) && y > box.y && y < box.y + boxHeight
        const places = [...curves.values()].flatMap(({ from, to }) => [`${from.x} ${from.y}`, `${to.x} ${to.y}`])
        return (
          curves.size === links.length &&
          new Set(places).size === places.length &&
          links.every(({ key, source, destination }) => {
            const curve = curves.get(key)
            return curve && isAtSide(curve.from, layout.boxes.get(source)) && isAtSide(curve.to, layout.boxes.get(destination))
          })
        )
      }),
    )
  })

  test('paths hold numbers only', () => {
    for (const { path } of curvesOf(laid(mesh(40, 120)), mesh(40, 120)).values()) expect(path).toMatch(/^[MCL\d., -]+$/)
  })
})

describe('figures on lines', () => {
  test('are on their lines, off the nodes and off each other', () => {
    const links = linked('a>b', 'a>c', 'b>d', 'c>d', 'a>d')
    const layout = laid(links)
    const curves = curvesOf(layout, links)
    const rooms = links.map(({ key }) => ({ key, width: 60, height: 15 }))
    const places = [...labelPlaces(rooms, curves, layout.boxes.values())]
    expect(places.length).toBeGreaterThanOrEqual(4)
    for (const [key, place] of places) {
      expect(curves.get(key)?.spots).toContainEqual(place)
      for (const box of layout.boxes.values())
        expect(place.x > box.x - 30 && place.x < box.x + boxWidth + 30 && place.y > box.y - 7 && place.y < box.y + boxHeight + 7).toBe(
          false,
        )
    }
    const apart = places.every(([, a], i) => places.slice(i + 1).every(([, b]) => Math.abs(a.x - b.x) >= 60 || Math.abs(a.y - b.y) >= 15))
    expect(apart).toBe(true)
  })
})

describe('spread', () => {
  test('leaves places that are far enough apart', () => {
    expect(spread([0, 10, 30], () => 10)).toEqual([0, 10, 30])
  })

  test('moves others apart around their middle', () => {
    expect(spread([5, 5, 100], () => 10)).toEqual([0, 10, 100])
  })

  test('keeps the order and the distances, whatever is wanted', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1_000, max: 1_000 }), { maxLength: 30 }), (wanted) =>
        spread(wanted, (i) => 5 + (i % 3)).every((place, i, all) => i === 0 || place - (all[i - 1] ?? 0) >= 5 + ((i - 1) % 3) - 1e-6),
      ),
    )
  })
})
