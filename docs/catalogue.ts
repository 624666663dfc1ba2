import { kpis } from '../src/aggregate/kpis.ts'
import { eventCatalogue, metricCatalogue, problemCatalogue } from '../src/catalogue.ts'
import { optionEntries } from '../src/config/reference.ts'
import { dropReasons } from '../src/discover/reasons.ts'
import { configurationPage, eventsPage, metricsPage, problemsPage, reasonsPage } from './pages.ts'

/** Every generated page by its file name within docs/, from the lists that the program itself runs on. */
export const generatedPages: Readonly<Record<string, string>> = {
  'configuration.md': configurationPage(optionEntries()),
  'events.md': eventsPage(eventCatalogue),
  'metrics.md': metricsPage(kpis, metricCatalogue),
  'problems.md': problemsPage(problemCatalogue),
  'targets.md': reasonsPage(dropReasons),
}
