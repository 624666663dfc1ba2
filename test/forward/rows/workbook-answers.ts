import type { MadeUpMesh } from './made-up-mesh.ts'
import type { TableRow } from './row-table.ts'
import { activeConnections, connections, p90, type Range, requestsByClass, requestsByCode } from './workbook.ts'

const routeOf = ({ app, to }: { readonly app: string; readonly to: string }) => `${app} ${app} > ${to}`

/** What the workbook says and what is true, under the same words. */
export function answers(mesh: MadeUpMesh, table: readonly TableRow[], range: Range) {
  const bounds = [10, 500, 1_800_000, Infinity]
  const totals = mesh.truth(range, routeOf)
  const within = (bound: number) => mesh.truth(range, (one) => (one.ms <= bound ? routeOf(one) : undefined))
  const smallest = (route: string, total: number) => bounds.find((bound) => (within(bound).get(route) ?? 0) >= 0.9 * total)
  const doubled = new Map([...totals].map(([route, total]) => [route, total * 2]))
  return {
    says: {
      byClass: requestsByClass(table, range),
      byCode: requestsByCode(table, range),
      opened: connections(table, range, 'cx_total'),
      failed: connections(table, range, 'cx_connect_fail'),
      active: activeConnections(table, range),
      p90: p90(table, range),
    },
    isTrue: {
      byClass: mesh.truth(range, (one) => `${routeOf(one)} ${one.code.slice(0, 1)}`),
      byCode: mesh.truth(range, (one) => `${routeOf(one)} ${one.code}`),
      opened: doubled,
      failed: mesh.truth(range, (one) => (one.code === '503' ? routeOf(one) : undefined)),
      // Of each application there are always three pods, with one connection each.
      active: new Map([...totals.keys()].map((route) => [route, 3])),
      p90: new Map([...totals].map(([route, total]) => [route, String(smallest(route, total))])),
    },
  }
}
