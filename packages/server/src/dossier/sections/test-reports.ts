/** Annex VII 6: where the reports of tests are, and what the gate said of each release (CRA P-143). */
import type { KeptGateResult } from '../../gate/gate-store.ts'
import { list, moment, table, text } from '../document.ts'
import { item7 } from '../fact-gaps.ts'
import { jsonFile } from '../json-file.ts'
import type { Section } from '../section.ts'

const RESULTS_MAX_COUNT = 100

export const testReports: Section = {
  id: 'test-reports',
  item: '6',
  title: 'Tests and the release gate',
  async write(source) {
    const { stores, product, releases, facts } = source
    const reports = facts.testReports ?? []
    const results: (KeptGateResult & { readonly version: string })[] = []
    for (const { release } of releases) {
      const { version } = release
      for (const kept of await stores.gate.results(product, version, RESULTS_MAX_COUNT)) {
        results.push({ version, ...kept })
      }
    }
    const untried = releases.filter(
      ({ release }) => !results.some(({ version }) => version === release.version),
    )
    return {
      blocks: [
        ...(reports.length === 0 ? [] : [text('Reports elsewhere:'), list(reports)]),
        table(
          'What the gate said of releases',
          ['Version', 'When', 'Gate', 'Reasons'],
          results.map(({ version, at, result }) => [
            ...[version, moment(at), result.isOpen ? 'open' : 'closed'],
            [...new Set(result.reasons.map(({ code }) => code))].join(' '),
          ]),
          'tests/gate-results.json',
        ),
      ],
      files: [
        jsonFile(
          'tests/gate-results.json',
          { item: 'VII.6', what: 'Every result of the release gate' },
          results,
        ),
      ],
      gaps: [
        ...item7('6')(source),
        ...untried.map(({ release: { version } }) => ({
          item: 'VII.6',
          what: `The release gate was never asked about ${version}`,
          next: `fleetward gate check ${version} --product ${product}`,
        })),
      ],
    }
  },
}
