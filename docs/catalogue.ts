import { kpis } from '../src/aggregate/kpis.ts'
import { eventCatalogue, metricCatalogue, problemCatalogue } from '../src/catalogue.ts'
import { cliProblems } from '../src/cli/problems.ts'
import { optionEntries } from '../src/config/reference.ts'
import { dropReasons } from '../src/discover/reasons.ts'
import { errorCodes } from '../src/http/answers.ts'
import { targetFigures } from '../src/model/figures.ts'
import { eventsTotal } from '../src/telemetry/events.ts'
import { configurationPage, eventsPage, metricsPage, problemsPage, reasonsPage } from './pages.ts'

/** Every generated page by its file name within docs/, from the lists that the program itself runs on. */
export const generatedPages: Readonly<Record<string, string>> = {
  'configuration.md': configurationPage(optionEntries()),
  'events.md': eventsPage(eventCatalogue),
  'metrics.md': metricsPage(kpis, [...metricCatalogue, eventsTotal]),
  'problems.md': problemsPage([...problemCatalogue, ...Object.values(cliProblems)], errorCodes),
  'targets.md': reasonsPage(dropReasons, targetFigures.shape.state.description ?? ''),
}
