/** Under Annex VII 2(b): vulnerabilities that were reported to whoever makes a component (Art. 13(6), CRA P-019, P-149). */
import { UPSTREAM_REPORTS } from '../../law/named-kinds.ts'
import { oneLine, table } from '../document.ts'
import { jsonFile } from '../json-file.ts'
import { everyRecord } from '../records.ts'
import type { Section } from '../section.ts'

const REPORTS = 'components/upstream-reports.json'

export const upstreamReports: Section = {
  id: 'upstream-reports',
  item: '2',
  title: 'Reports to makers of components (Art. 13(6))',
  async write(source) {
    const all = await everyRecord(source, UPSTREAM_REPORTS)
    return {
      blocks: [
        table(
          'Reports',
          ['Report', 'Component', 'Vulnerability', 'State', 'To', 'Sent', 'Answered'],
          all.map(({ id, content }) => {
            const { component, vulnerability, state, recipient, sentOn, answeredOn } = content
            return [
              ...[id, oneLine(component), oneLine(vulnerability), state, oneLine(recipient ?? '')],
              ...[sentOn ?? '', answeredOn ?? ''],
            ]
          }),
          REPORTS,
        ),
      ],
      files: [
        jsonFile(
          REPORTS,
          { item: 'VII.2(b)', what: 'Every report to a maker of a component, with its answer' },
          all,
        ),
      ],
      gaps: all
        .filter(({ gaps }) => gaps.length > 0)
        .map(({ id, content: { state } }) => ({
          item: 'VII.2(b)',
          what: `Report ${id} to the maker of a component is overdue: ${
            state === 'planned' ? 'it was not sent' : 'nobody answered'
          }`,
          next: 'fleetward products upstream-reports --help',
        })),
    }
  },
}
