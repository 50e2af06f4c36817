/** Which devices have it: by release, by cohort and by country, each number with the devices behind it. */
import { to } from '../../../addresses.ts'
import type { Exposure } from '../../../api/operator-api.gen.ts'
import { type Column, DataTable } from '../../../pieces/tables/data-table.tsx'
import { numberWords, say } from '../../../words/say.tsx'
import { statusWords } from '../answer-tags.tsx'
import { inCohort, inCountry, runningOneOf } from './fleet-filter.ts'
import { FleetLink } from './fleet-link.tsx'

export interface ExposureTablesProps {
  readonly product: string
  readonly exposure: Exposure
  /** The filter of all that are exposed. */
  readonly running: string | undefined
}

type Where = Exposure['cohorts'][number]
type Release = Exposure['releases'][number]
const STATES = ['pending', 'postponed', 'optedOut', 'offline', 'unsupported'] as const

export function ExposureTables({ product, exposure, running }: ExposureTablesProps) {
  const { releases, cohorts, countries, cohortsLeftOut } = exposure
  const table = (
    id: string,
    caption: string,
    columns: readonly Column<Where>[],
    rows: readonly Where[],
  ) =>
    rows.length > 0 && (
      <>
        <h3>{caption}</h3>
        <DataTable id={id} {...{ caption, columns, rows }} keyOf={({ name }) => name} />
      </>
    )
  return (
    <>
      {releases.length > 0 && (
        <>
          <h3>{say('vulnerabilities.byRelease')}</h3>
          <DataTable
            id="exposure-releases"
            caption={say('vulnerabilities.byRelease')}
            columns={releaseColumns(product)}
            rows={releases}
            keyOf={({ version }) => version}
          />
        </>
      )}
      {table(
        ...(['exposure-cohorts', say('vulnerabilities.byCohort')] as const),
        whereColumns(product, say('vulnerabilities.cohort'), (name) => inCohort(running, name)),
        cohorts,
      )}
      {cohortsLeftOut > 0 && (
        <p class="quiet">{say('vulnerabilities.cohortsLeftOut', { count: cohortsLeftOut })}</p>
      )}
      {table(
        ...(['exposure-countries', say('vulnerabilities.byCountry')] as const),
        whereColumns(product, say('vulnerabilities.country'), (name) => inCountry(running, name)),
        countries,
      )}
    </>
  )
}

function releaseColumns(product: string): readonly Column<Release>[] {
  return [
    {
      ...{ id: 'version', name: say('screens.release') },
      show: ({ version, isWithdrawn }) => (
        <>
          <a href={to.release(product, version)}>{version}</a>
          {isWithdrawn && <span class="quiet"> {say('vulnerabilities.withdrawn')}</span>}
        </>
      ),
      text: ({ version }) => version,
    },
    {
      ...{ id: 'devices', name: say('vulnerabilities.devices'), isNumber: true },
      show: ({ version, devices }) => (
        <FleetLink product={product} filter={runningOneOf([version])}>
          {numberWords(devices)}
        </FleetLink>
      ),
      text: ({ devices }) => devices,
    },
    {
      ...{ id: 'components', name: say('vulnerabilities.component') },
      show: ({ components }) => componentWords(components),
      text: ({ components }) => componentWords(components),
    },
    {
      ...{ id: 'status', name: say('vulnerabilities.status') },
      show: ({ status }) => statusWords(status),
      text: ({ status }) => statusWords(status),
    },
    {
      ...{ id: 'fixedBy', name: say('vulnerabilities.fixedBy') },
      show: ({ fixedBy }) =>
        fixedBy === undefined ? '–' : <a href={to.release(product, fixedBy)}>{fixedBy}</a>,
      text: ({ fixedBy }) => fixedBy,
    },
  ]
}

function componentWords(components: Release['components']): string {
  return components.map(({ name, version }) => [name, version].filter(Boolean).join(' ')).join(', ')
}

function whereColumns(
  product: string,
  name: string,
  filterOf: (name: string) => string | undefined,
): readonly Column<Where>[] {
  return [
    {
      ...{ id: 'name', name },
      show: (where) =>
        where.name === 'unknown' ? (
          <span class="quiet">{say('vulnerabilities.unknown')}</span>
        ) : (
          where.name
        ),
      text: (where) => where.name,
    },
    {
      ...{ id: 'exposed', name: say('vulnerabilities.exposed'), isNumber: true },
      show: (where) => (
        <FleetLink product={product} filter={filterOf(where.name)}>
          {numberWords(where.exposed)}
        </FleetLink>
      ),
      text: ({ exposed }) => exposed,
    },
    ...STATES.map(
      (state): Column<Where> => ({
        ...{ id: state, name: say(`vulnerabilities.exposure-${state}`), isNumber: true },
        show: ({ counts }) => numberWords(counts[state]),
        text: ({ counts }) => counts[state],
      }),
    ),
  ]
}
