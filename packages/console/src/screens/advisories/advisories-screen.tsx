/** What the public is told, was told, and will be: every advisory of a product. */
import { useLocation, useRoute } from 'preact-iso'
import { to } from '../../addresses.ts'
import { call } from '../../api/call.ts'
import type { Advisory } from '../../api/operator-api.gen.ts'
import { useDoing } from '../../live/doing.ts'
import { may } from '../../live/me.ts'
import { usePages } from '../../live/pages.ts'
import { ChoiceField } from '../../pieces/field.tsx'
import { Empty } from '../../pieces/screen/empty.tsx'
import { Screen } from '../../pieces/screen/screen.tsx'
import type { Column } from '../../pieces/tables/data-table.tsx'
import { PagedTable } from '../../pieces/tables/paged-table.tsx'
import { Time } from '../../pieces/time.tsx'
import { ProblemNote } from '../../pieces/told/problem-note.tsx'
import { say } from '../../words/say.tsx'
import { ADVISORY_STATES, stateOf } from './advisory-words.ts'
import { ratingWords } from './rating-words.ts'
import { StateTag } from './state-tag.tsx'

const PAGE_COUNT = 100

export function AdvisoriesScreen() {
  const { product = '' } = useRoute().params
  const { query, route } = useLocation()
  const state = stateOf(query.state)
  const doing = useDoing()
  const advisories = usePages(
    (after, signal) =>
      call('GET /products/{product}/advisories', {
        ...{ path: { product }, query: { limit: PAGE_COUNT, after }, signal },
      }),
    ['advisories', product],
    { events: ['advisory.*', 'disclosure.*'] },
  )
  const rows = advisories.value?.filter((one) => state === '' || one.state === state)
  const mayWrite = may('advisory.manage', product)
  const draft = () =>
    doing.run(async () => {
      const { value } = await call('POST /products/{product}/advisories', {
        ...{ path: { product }, body: {} },
      })
      route(to.advisory(product, value.id))
    })
  return (
    <Screen
      title={say('screens.advisories')}
      about={say('advisories.about')}
      actions={
        mayWrite && (
          <button type="button" class="first" disabled={doing.isBusy} onClick={() => void draft()}>
            {say('advisories.write')}
          </button>
        )
      }
    >
      {doing.error !== undefined && <ProblemNote error={doing.error} />}
      <ChoiceField
        label={say('advisories.state')}
        value={state}
        choices={[
          { value: '', label: say('advisories.any') },
          ...ADVISORY_STATES.map((value) => ({ value, label: say(`advisories.state-${value}`) })),
        ]}
        onValue={(value) => route(to.advisories(product, { state: value }), true)}
      />
      <PagedTable
        id="advisories"
        caption={say('screens.advisories')}
        columns={columns(product)}
        asked={advisories}
        rows={rows}
        keyOf={({ id }) => id}
        empty={
          <Empty
            title={say(state === '' ? 'advisories.none' : 'advisories.noneSo')}
            command={`fleetward findings list --product ${product}`}
          >
            <p>
              {say('advisories.noneNext')}{' '}
              <a href={to.vulnerabilities(product)}>{say('screens.vulnerabilities')}</a>
            </p>
          </Empty>
        }
      />
    </Screen>
  )
}

function columns(product: string): readonly Column<Advisory>[] {
  return [
    {
      ...{ id: 'id', name: say('advisories.id') },
      show: ({ id }) => <a href={to.advisory(product, id)}>{id}</a>,
      text: ({ id }) => id,
    },
    {
      ...{ id: 'title', name: say('advisories.title') },
      show: ({ title }) =>
        title === '' ? <span class="quiet">{say('advisories.noTitle')}</span> : title,
      text: ({ title }) => title,
    },
    {
      ...{ id: 'state', name: say('advisories.state') },
      show: (advisory) => <StateTag advisory={advisory} />,
      text: ({ state }) => say(`advisories.state-${state}`),
    },
    {
      ...{ id: 'rating', name: say('advisories.severity') },
      show: ({ rating }) => ratingWords(rating),
      text: ({ rating }) => rating,
    },
    {
      ...{ id: 'names', name: say('advisories.names') },
      show: ({ names }) => names.join(', '),
      text: ({ names }) => names.join(' '),
    },
    {
      ...{ id: 'version', name: say('advisories.version'), isNumber: true },
      show: ({ version }) => (version === 0 ? '–' : version),
      text: ({ version }) => version,
    },
    {
      ...{ id: 'since', name: say('advisories.since') },
      show: ({ stateAt }) => <Time at={stateAt} />,
      text: ({ stateAt }) => new Date(stateAt * 1000).toISOString(),
    },
    {
      ...{ id: 'published', name: say('advisories.publishedAt'), isExtra: true },
      show: ({ publishedAt }) => <Time at={publishedAt} isExact />,
      text: ({ publishedAt }) => publishedAt,
    },
  ]
}
