/** Cases of Article 14: what is due next in each, what may become one, and a new one. */
import { useLocation } from 'preact-iso'
import { to } from '../../addresses.ts'
import { call } from '../../api/call.ts'
import type { Case } from '../../api/operator-api.gen.ts'
import { mayAnywhere } from '../../live/me.ts'
import { usePages } from '../../live/pages.ts'
import { Empty } from '../../pieces/screen/empty.tsx'
import { Screen } from '../../pieces/screen/screen.tsx'
import type { Column } from '../../pieces/tables/data-table.tsx'
import { PagedTable } from '../../pieces/tables/paged-table.tsx'
import { Tag } from '../../pieces/tag.tsx'
import { Time } from '../../pieces/time.tsx'
import { say } from '../../words/say.tsx'
import { NextDue } from './clocks/next-due.tsx'
import { NewCaseForm } from './new-case-form.tsx'
import { Suggestions } from './suggestions/suggestions.tsx'
import './cases.css'

const STATES = ['open', 'closed'] as const
const PAGE_COUNT = 50

export function CasesScreen() {
  const { query, route } = useLocation()
  const state = STATES.find((one) => one === query.state)
  const isNew = query.new === 'yes'
  const mayManage = mayAnywhere('case.manage')
  const cases = usePages(
    (after, signal) => call('GET /cases', { query: { state, after, limit: PAGE_COUNT }, signal }),
    [state],
    { events: ['case.*'] },
  )
  return (
    <Screen
      title={say('screens.cases')}
      about={say('cases.about')}
      actions={
        mayManage &&
        !isNew && (
          <a class="button first" href={to.cases({ state, new: 'yes' })}>
            {say('cases.open')}
          </a>
        )
      }
    >
      {isNew && mayManage && (
        <section class="card">
          <h2>{say('cases.openTitle')}</h2>
          <NewCaseForm
            onOpened={(id) => route(to.case(id))}
            onCancel={() => route(to.cases({ state }))}
          />
        </section>
      )}
      <Suggestions mayManage={mayManage} />
      <PagedTable
        id="cases"
        caption={say('screens.cases')}
        columns={columns()}
        asked={cases}
        keyOf={({ id }) => id}
        tools={
          <nav class="row" aria-label={say('cases.which')}>
            {[undefined, ...STATES].map((one) => (
              <a
                key={one ?? 'all'}
                class="button"
                aria-current={one === state ? 'true' : undefined}
                href={to.cases({ state: one })}
              >
                {say(one === undefined ? 'cases.all' : `cases.state_${one}`)}
              </a>
            ))}
          </nav>
        }
        empty={
          <Empty
            title={say('cases.noneTitle')}
            command="fleetward cases open --product <product> --kind vulnerability --title '…'"
          >
            <p>{say('cases.noneText')}</p>
            {state !== undefined && <a href={to.cases()}>{say('cases.all')}</a>}
          </Empty>
        }
      />
    </Screen>
  )
}

function columns(): readonly Column<Case>[] {
  return [
    {
      ...{ id: 'title', name: say('cases.case'), text: ({ title }) => title },
      show: ({ id, title, isDrill }) => (
        <>
          <a href={to.case(id)}>{title}</a>{' '}
          {isDrill && <Tag tone="quiet">{say('cases.drill')}</Tag>}
        </>
      ),
    },
    {
      ...{ id: 'due', name: say('cases.next'), text: ({ dueAt }) => isoOf(dueAt) },
      show: (one) => <NextDue of={one} />,
    },
    {
      ...{ id: 'kind', name: say('cases.kind'), text: ({ kind }) => kind },
      show: ({ kind }) => say(`cases.kind_${kind}`),
    },
    {
      ...{ id: 'product', name: say('console.product'), text: ({ product }) => product },
      show: ({ product }) => <a href={to.product(product)}>{product}</a>,
    },
    {
      ...{ id: 'cves', name: say('cases.cves'), text: ({ cves }) => cves.join(' ') },
      show: ({ cves }) => cves.join(', '),
    },
    {
      ...{ id: 'opened', name: say('cases.openedAt'), text: ({ openedAt }) => isoOf(openedAt) },
      show: ({ openedAt }) => <Time at={openedAt} />,
    },
    {
      ...{ id: 'id', name: say('cases.id'), isExtra: true, text: ({ id }) => id },
      show: ({ id }) => <code>{id}</code>,
    },
  ]
}

const isoOf = (at: number | undefined) =>
  at === undefined ? undefined : new Date(at * 1000).toISOString()
