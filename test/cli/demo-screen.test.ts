import { describe, expect, it } from 'vitest'
import { announcementLine, demoFrame, demoTable, hasRates, invitation } from '../../src/cli/demo/frame.ts'
import { DemoScreen } from '../../src/cli/demo/screen.ts'
import { palette } from '../../src/cli/terminal.ts'
import { edges } from './hand-made-collector.ts'

const look = { width: 80, palette: palette(false) }
const places = { url: 'http://127.0.0.1:9465', configMapFile: '/tmp/demo/container-azm-ms-osmconfig.yaml', wantedPort: '9464' }
const announcements = ['one', 'two \u001B[2J', 'three', 'four'].map((text, second) => ({ at: new Date(2026, 0, 1, 9, 30, second), text }))
const answer = { ...edges, coveredMs: 9_700 }

describe("the demo's frame", () => {
  it('shows the table, the last episodes, and what to do next', async () => {
    const lines = demoFrame({ answer, announcements, places }, { ...look, rows: 40 })
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../cases/cli/demo-frame.golden')
  })

  it('fits a terminal of 24 rows', () => {
    expect(demoFrame({ answer, announcements, places }, { ...look, rows: 24 }).length).toBeLessThan(24)
  })

  it('leaves out what is the mesh itself, and counts it', () => {
    const lines = demoTable(answer, { ...look, limit: 2 })
    expect(lines.join('\n')).not.toContain('osm-controller')
    expect(lines).toContain('6 more edges than fit here')
    expect(lines).toContain('not shown: 1 edge of the mesh itself (controller, probes)')
  })

  it('waits for the first pages without claiming anything', () => {
    expect(demoTable({ ...answer, coveredMs: 0, edges: [] }, { ...look, limit: 9 })).toContain('waiting for the first pages')
    expect(hasRates({ ...answer, coveredMs: 500 })).toBe(false)
    expect(hasRates(answer)).toBe(true)
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
