/** What people outside reported, the newest first, with what was promised to them. */
import { useLocation } from 'preact-iso'
import { to } from '../../addresses.ts'
import { call } from '../../api/call.ts'
import type { VulnerabilityReport } from '../../api/operator-api.gen.ts'
import { usePages } from '../../live/pages.ts'
import { ChoiceField } from '../../pieces/field.tsx'
import { Empty } from '../../pieces/screen/empty.tsx'
import { Screen } from '../../pieces/screen/screen.tsx'
import type { Column } from '../../pieces/tables/data-table.tsx'
import { PagedTable } from '../../pieces/tables/paged-table.tsx'
import { Time } from '../../pieces/time.tsx'
import { say } from '../../words/say.tsx'
import { Due, ReportTags } from './report-tags.tsx'
import { dueOf, REPORT_STATES, type ReportState, stateOf } from './report-words.ts'

const PAGE_COUNT = 100

export function ReportsScreen() {
  const { query, route } = useLocation()
  const state = stateOf(query.state)
  const reports = usePages(
    (after, signal) =>
      call('GET /disclosure/reports', { query: { limit: PAGE_COUNT, after, state }, signal }),
    ['reports', state],
    { events: ['disclosure.*'] },
  )
  return (
    <Screen title={say('screens.reports')} about={say('reports.about')}>
      <ChoiceField<ReportState | ''>
        label={say('reports.state')}
        value={state ?? ''}
        choices={[
          { value: '', label: say('reports.any') },
          ...REPORT_STATES.map((value) => ({ value, label: say(`reports.state-${value}`) })),
        ]}
        onValue={(value) => route(to.reports({ state: value }), true)}
      />
      <PagedTable
        id="reports"
        caption={say('screens.reports')}
        columns={columns()}
        asked={reports}
        keyOf={({ id }) => id}
        empty={
          <Empty
            title={say(state === undefined ? 'reports.none' : 'reports.noneSo')}
            command="fleetward disclosure contact"
          >
            <p>{say('reports.noneNext')}</p>
          </Empty>
        }
      />
    </Screen>
  )
}

function columns(): readonly Column<VulnerabilityReport>[] {
  return [
    {
      ...{ id: 'title', name: say('reports.title') },
      show: ({ id, title }) => <a href={to.report(id)}>{title}</a>,
      text: ({ title }) => title,
    },
    {
      ...{ id: 'state', name: say('reports.state') },
      show: (report) => <ReportTags report={report} />,
      text: ({ state }) => say(`reports.state-${state}`),
    },
    {
      ...{ id: 'due', name: say('reports.due') },
      show: (report) => <Due report={report} />,
      text: (report) => dueOf(report)?.at,
    },
    {
      ...{ id: 'received', name: say('reports.received') },
      show: ({ receivedAt }) => <Time at={receivedAt} />,
      text: ({ receivedAt }) => new Date(receivedAt * 1000).toISOString(),
    },
    {
      ...{ id: 'affected', name: say('reports.affected') },
      show: ({ product, affected, version }) =>
        [product ?? affected, version].filter(Boolean).join(' '),
      text: ({ product, affected, version }) =>
        [product ?? affected, version].filter(Boolean).join(' '),
    },
    {
      ...{ id: 'id', name: say('reports.reference'), isExtra: true },
      show: ({ id }) => <code>{id}</code>,
      text: ({ id }) => id,
    },
  ]
}
