/** Annex VII 6: where the reports of tests are, and what the gate said of each release (CRA P-143). */
import type { DossierGap } from '@fleetward/shared'
import type { KeptGateResult } from '../../gate/gate-store.ts'
import { newestSupported } from '../../releases/newest-supported.ts'
import { day, list, moment, table, text } from '../document.ts'
import { item7 } from '../fact-gaps.ts'
import { jsonFile } from '../json-file.ts'
import { GATE_WORDS } from '../rules-in-force.ts'
import type { DossierSource, Section } from '../section.ts'

const RESULTS_MAX_COUNT = 100
const REASONS_SHOWN_COUNT = 3

type ResultOf = KeptGateResult & { readonly version: string }

export const testReports: Section = {
  id: 'test-reports',
  item: '6',
  title: 'Tests and the release gate',
  async write(source) {
    const { stores, product, releases, facts } = source
    const reports = facts.testReports ?? []
    const results: ResultOf[] = []
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
            [...new Set(result.reasons.map(({ code }) => GATE_WORDS[code]))].join('; '),
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
        ...closedGap(source, results),
        ...untried.map(({ release: { version } }) => ({
          item: 'VII.6',
          what: `The release gate was never asked about ${version}`,
          next: `fleetward gate check ${version} --product ${product}`,
        })),
      ],
    }
  },
}

/**
 * Of the release that is offered: every older one has holes that became known after it, and what devices still run is in
 * the exposure. In either mode: one that holds nothing back has found the same.
 */
function closedGap(
  { product, releases }: DossierSource,
  results: readonly ResultOf[],
): readonly DossierGap[] {
  const offered = newestSupported(releases)?.release.version
  // The newest first.
  const last = results.find(({ version }) => version === offered)
  if (last === undefined || last.result.isOpen) return []
  const { version, at, result } = last
  const sentences = [...new Set(result.reasons.map(({ sentence }) => sentence))]
  const more = sentences.length - REASONS_SHOWN_COUNT
  const said = [
    ...sentences.slice(0, REASONS_SHOWN_COUNT),
    ...(more > 0 ? [`And ${more} more reasons.`] : []),
  ]
  const what = `The release gate is closed for ${version}, as of ${day(at)}: ${said.join(' ')}`
  return [{ item: 'VII.6', what, next: `fleetward gate check ${version} --product ${product}` }]
}
