import { describe, expect, it } from 'vitest'
import { announcementLine } from '../../src/cli/demo/event-lines.ts'
import { demoFrame, demoTable, hasRates, invitation } from '../../src/cli/demo/frame.ts'
import { DemoScreen } from '../../src/cli/demo/screen.ts'
import { palette } from '../../src/cli/terminal.ts'
import { edges, targets } from './hand-made-collector.ts'

const look = { width: 80, palette: palette(false) }
const places = {
  url: 'http://127.0.0.1:9465',
  configMapFile: '/some/where/container-azm-ms-osmconfig.yaml',
  rowsFolder: '/some/where/rows',
  wantedPort: '9464',
}
const announcements = ['one', 'two \u001B[2J', 'three', 'four'].map((text, second) => ({ at: new Date(2026, 0, 1, 9, 30, second), text }))
const answer = { ...edges, coveredMs: 9_700 }
const untroubled = { ...targets, problems: [] }
const figures = { edges: answer, targets: untroubled }
const quiet = (change: Partial<typeof targets>) =>
  demoTable({ edges: { ...answer, coveredMs: 0, edges: [] }, targets: { ...untroubled, ...change } }, { ...look, limit: 9 })

describe("the demo's frame", () => {
  it('shows the table, the last episodes, and what to do next', async () => {
    const lines = demoFrame({ figures, announcements, places }, { ...look, rows: 40 })
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../cases/cli/demo-frame.golden')
  })

  it('fits a terminal of 24 rows', () => {
    expect(demoFrame({ figures, announcements, places }, { ...look, rows: 24 }).length).toBeLessThan(24)
  })

  it('leaves out what is the mesh itself, and counts it', () => {
    const lines = demoTable(figures, { ...look, limit: 2 })
    expect(lines.join('\n')).not.toContain('osm-controller')
    expect(lines).toContain('6 more edges than fit here')
    expect(lines).toContain('not shown: 1 edge of the mesh itself (controller, probes)')
  })

  it('waits for the first pages without claiming anything', () => {
    expect(quiet({})).toContain('waiting for the first pages')
    expect(hasRates({ ...answer, coveredMs: 500 })).toBe(false)
    expect(hasRates(answer)).toBe(true)
  })

  it('says why when there is nothing to wait for', () => {
    const [up, , failing] = targets.targets
    const controlPlane = targets.targets.slice(0, 1).map((target) => ({ ...target, kind: 'control-plane' as const }))
    const rule = 'the ConfigMap names no namespace'
    expect(quiet({ targets: [], rule })).toContain(`no sidecar is scraped: ${rule}; "targets", below, says why not`)
    expect(quiet({ targets: controlPlane, dropped: [], rule })).toContain(`no sidecar is scraped: ${rule}`)
    expect(quiet({ targets: failing ? [failing] : [] })).toContain(
      'no sidecar answers: The connection failed: \\u{1b}[31mred (connection_refused)',
    )
    expect(quiet({ targets: up ? [up] : [] })).toContain('nobody called anybody yet')
  })

  it('shows what is wrong with the ConfigMap while it is, and still fits', async () => {
    const unknown = { namespace: 'bokthief', pod: null, reason: 'namespace_unknown', remedy: 'There is no namespace bokthief.' }
    const [problem] = targets.problems
    const troubled = { ...targets, problems: problem ? [problem, problem] : [], dropped: [...targets.dropped, unknown] }
    const shown = { figures: { edges: answer, targets: troubled }, announcements, places }
    await expect(`${demoFrame(shown, { ...look, rows: 40 }).join('\n')}\n`).toMatchFileSnapshot('../cases/cli/demo-frame-troubled.golden')
    const named = { ...targets, problems: [], dropped: [unknown] }
    expect(demoFrame({ ...shown, figures: { edges: answer, targets: named } }, { ...look, rows: 40 })).toContain(
      'The namespace bokthief is named, and does not exist (namespace_unknown)',
    )
    for (const rows of [24, 27, 30]) {
      const lines = demoFrame(shown, { ...look, rows })
      expect(lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / look.width)), 0)).toBeLessThan(rows)
      expect(lines.join('\n')).toMatch(/container-azm-ms-osmconfig\.yaml:24: .*\(configmap_malformed\)/)
    }
  })

  it('says so when the page is at another port than asked for', () => {
    expect(invitation(places, look.palette)[0]).toBe('Page       http://127.0.0.1:9465 (port 9464 is taken)')
    expect(invitation({ ...places, wantedPort: '0' }, look.palette)[0]).toBe('Page       http://127.0.0.1:9465')
    expect(invitation({ ...places, wantedPort: '9465' }, look.palette)[0]).toBe('Page       http://127.0.0.1:9465')
  })

  it('tells episodes with their time', () => {
    expect(announcements.map(announcementLine)[1]).toBe('09:30:01 two \\u{1b}[2J')
  })
})

describe("the demo's screen", () => {
  it('draws over what it drew, also where lines took several rows, and gives the cursor back once', () => {
    let written = ''
    let width = 10
    const screen = new DemoScreen({ write: (text) => (written += text) }, () => width)
    screen.draw(['short', '\u001B[1mbold line.\u001B[0m', 'a line of 18 chars'])
    screen.draw(['next'])
    width = 3
    screen.draw([])
    screen.close()
    screen.close()
    expect(written).toBe(
      '\u001B[?25lshort\n\u001B[1mbold line.\u001B[0m\na line of 18 chars\n' +
        '\u001B[4A\r\u001B[Jnext\n' +
        '\u001B[2A\r\u001B[J' +
        '\u001B[?25h',
    )
  })
})
