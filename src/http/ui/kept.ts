/** What the browser keeps for the page: as long as the tab is open, or until somebody clears it. It may be told to keep nothing. */

type Area = 'sessionStorage' | 'localStorage'

/** null where nothing is kept by that name. */
export function kept(area: Area, name: string): string | null {
  try {
    return globalThis[area].getItem(name)
  } catch {
    return null
  }
}

export function keep(area: Area, name: string, value: string): void {
  try {
    globalThis[area].setItem(name, value)
  } catch {
    // Then it holds for this page.
  }
}
