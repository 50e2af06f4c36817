/** The fleet: whoever the filter means, a page at a time; their number is counted beside it and holds nothing up. */

import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { useLocation, useRoute } from 'preact-iso'
import { type Answer, call } from '../../api/call.ts'
import type { SavedFilter } from '../../api/operator-api.gen.ts'
import { useAsked } from '../../live/asked.ts'
import { may } from '../../live/me.ts'
import { Loading } from '../../pieces/screen/loading.tsx'
import { Screen } from '../../pieces/screen/screen.tsx'
import { WhyNothing } from '../../pieces/screen/why-nothing.tsx'
import { DataTable } from '../../pieces/tables/data-table.tsx'
import { ProblemNote } from '../../pieces/told/problem-note.tsx'
import { say } from '../../words/say.tsx'
import { BulkChange } from './bulk-change.tsx'
import { CohortChoice } from './cohort-choice.tsx'
import './fleet.css'
import { FilterBar } from './filter/filter-bar.tsx'
import { mistakeIn } from './filter/filter-mistake.ts'
import { namesOf } from './filter/known-names.ts'
import { SavedFilters } from './filter/saved-filters.tsx'
import { fleetColumns } from './fleet-columns.tsx'
import { FleetCount } from './fleet-count.tsx'
import { addressOf, type FleetQuery, filterWithin, queryIn } from './fleet-query.ts'
import { NoDevices } from './no-devices.tsx'
import { Pager } from './pager.tsx'
import { useFleet } from './use-fleet.ts'
import { useTyped } from './use-typed.ts'

export function FleetScreen() {
  const { params } = useRoute()
  const { query: inAddress, route } = useLocation()
  const product = params.product ?? ''
  const query = queryIn(inAddress)
  const go = (next: FleetQuery, isAnother = false) => route(addressOf(product, next), !isAnother)
  const saved = useAsked(
    async (signal) =>
      query.saved === undefined
        ? undefined
        : call('GET /products/{product}/filters/{filter}', {
            ...{ path: { product, filter: query.saved }, signal },
          }),
    [product, query.saved],
  )
  const base = useRef<Answer<SavedFilter>>(undefined)
  const baseOf = useRef(product)
  if (baseOf.current !== product) base.current = undefined
  baseOf.current = product
  base.current = saved.value ?? base.current
  const opened = base.current?.value.name === query.saved ? base.current : undefined
  const isComing = query.saved !== undefined && opened === undefined && saved.error === undefined
  const typed = useTyped(query.filter ?? opened?.value.filter ?? '', (filter) =>
    go({ filter, ...(query.cohort === undefined ? {} : { cohort: query.cohort }) }),
  )
  const { rows, next, error, isLoading } = useFleet(product, query)
  const cohorts = useAsked(
    async (signal) =>
      (
        await call('GET /products/{product}/cohorts', {
          path: { product },
          query: { limit: 500 },
          signal,
        })
      ).value,
    [product],
    { events: ['device.assigned', 'cohort-rules.set'] },
  )
  const versions = useAsked(
    async (signal) =>
      may('release.read', product)
        ? (await call('GET /products/{product}/releases', { path: { product }, signal })).value
        : [],
    [product],
    { events: ['release.*'] },
  )
  const known = namesOf({
    devices: rows ?? [],
    cohorts: (cohorts.value ?? []).map(({ name }) => name),
    versions: (versions.value ?? []).map(({ version }) => version),
  })
  const mistake = mistakeIn(error)
  const [isChanging, setChanging] = useState(false)
  const meant = filterWithin(typed.text, query.cohort)
  const heading = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (query.after !== undefined) heading.current?.scrollIntoView({ block: 'nearest' })
  }, [query.after])

  return (
    <Screen
      title={say('screens.fleet')}
      about={product}
      actions={
        may('device.manage', product) && (
          <button
            type="button"
            disabled={meant === undefined || mistake !== undefined || rows === undefined}
            title={meant === undefined ? say('fleet.bulkNeedsFilter') : undefined}
            onClick={() => setChanging(true)}
          >
            {say('fleet.bulk')}
          </button>
        )
      }
    >
      <div class="card" ref={heading}>
        <FilterBar
          text={typed.text}
          isComing={isComing}
          onText={typed.write}
          onEnter={typed.now}
          known={known}
          mistake={typed.isResting ? mistake : undefined}
        />
        <div class="row">
          <CohortChoice
            cohorts={cohorts.value ?? []}
            value={query.cohort}
            onValue={(cohort) => {
              const { filter, saved: name } = query
              go(
                {
                  ...(filter ? { filter } : {}),
                  ...(name ? { saved: name } : {}),
                  ...(cohort ? { cohort } : {}),
                },
                true,
              )
            }}
          />
          <SavedFilters
            product={product}
            text={typed.text}
            base={base.current}
            address={(name) =>
              addressOf(product, { saved: name, ...(query.cohort ? { cohort: query.cohort } : {}) })
            }
            onSaved={(answer) => {
              base.current = answer
              go({
                ...(answer === undefined ? { filter: typed.text } : { saved: answer.value.name }),
                ...(query.cohort ? { cohort: query.cohort } : {}),
              })
              saved.again()
            }}
          />
          {mistake === undefined && (
            <FleetCount {...{ product, query }} isWaiting={isLoading || !typed.isResting} />
          )}
        </div>
        {saved.error !== undefined && <ProblemNote error={saved.error} />}
      </div>
      {error !== undefined && mistake === undefined && saved.error === undefined && (
        <WhyNothing error={error} />
      )}
      {rows === undefined ? (
        error === undefined && <Loading />
      ) : (
        <div class={isLoading || mistake !== undefined ? 'stack stale' : 'stack'}>
          <DataTable
            id={`fleet-${product}`}
            caption={say('fleet.caption', { product })}
            columns={fleetColumns(product, rows)}
            rows={rows}
            keyOf={({ id }) => id}
            isLoading={isLoading}
            empty={<NoDevices product={product} isFiltered={meant !== undefined} />}
          />
          <Pager
            query={query}
            next={next}
            address={(page) => addressOf(product, { ...query, after: page })}
          />
        </div>
      )}
      {isChanging && meant !== undefined && (
        <BulkChange
          product={product}
          filter={meant}
          cohorts={(cohorts.value ?? []).map(({ name }) => name)}
          onClose={() => setChanging(false)}
        />
      )}
    </Screen>
  )
}
