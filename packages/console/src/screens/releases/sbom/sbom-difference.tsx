/** What came, went and changed since the base release, or since another one of the same product. */
import { useState } from 'preact/hooks'
import { call } from '../../../api/call.ts'
import type { SbomDifference } from '../../../api/operator-api.gen.ts'
import { useAsked } from '../../../live/asked.ts'
import { ChoiceField } from '../../../pieces/field.tsx'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { type Column, DataTable } from '../../../pieces/tables/data-table.tsx'
import { Tag, type Tone } from '../../../pieces/tag.tsx'
import { say, sayWith } from '../../../words/say.tsx'
import { type Changed, changedRows } from './sbom-rows.ts'

const BASES_MAX_COUNT = 100

export interface SbomDifferenceViewProps {
  readonly product: string
  readonly version: string
}

export function SbomDifferenceView({ product, version }: SbomDifferenceViewProps) {
  const [base, setBase] = useState('')
  const releases = useAsked(
    async (signal) => {
      const query = { limit: BASES_MAX_COUNT }
      const path = { product }
      return (await call('GET /products/{product}/releases', { path, query, signal })).value
    },
    [product],
    { events: ['release.*'] },
  )
  const difference = useAsked(
    async (signal) => {
      const path = { product, version }
      const query = base === '' ? {} : { base }
      const name = 'GET /products/{product}/releases/{version}/difference'
      return (await call(name, { path, query, signal })).value
    },
    [product, version, base],
  )
  const others = (releases.value ?? []).filter((one) => one.version !== version)
  return (
    <>
      <h3>{say('release.difference')}</h3>
      {others.length > 0 && (
        <ChoiceField
          label={say('release.compareWith')}
          value={base}
          choices={[
            { value: '', label: say('release.ownBase') },
            ...others.map((one) => ({ value: one.version, label: one.version })),
          ]}
          onValue={setBase}
        />
      )}
      <Loaded asked={difference}>{(found) => <Difference found={found} />}</Loaded>
    </>
  )
}

const TONES: Readonly<Record<Changed['how'], Tone>> = {
  ...{ added: 'busy', removed: 'quiet', up: 'good', down: 'bad', unknown: 'waits' },
  rebuilt: 'waits',
}

function Difference({ found }: { readonly found: SbomDifference }) {
  const { state, base = '', counts } = found
  if (state !== 'compared' || counts === undefined) {
    return <p class="quiet">{say(`release.difference-${state}`, { base })}</p>
  }
  const rows = changedRows(found)
  const { added, removed, changed, unchanged } = counts
  return (
    <>
      <p role="status">
        {say('release.differenceIs', { ...{ base, added, removed, changed, unchanged } })}
      </p>
      {rows.length > 0 && (
        <DataTable
          id="sbom-difference"
          caption={say('release.difference')}
          columns={columns()}
          rows={rows}
          keyOf={({ how, name, purl, from, to }) => [how, name, purl, from, to].join(' ')}
        />
      )}
      {rows.length < added + removed + changed && (
        <p class="quiet">
          {sayWith(
            'release.onlyFirst',
            { command: <code>fleetward sbom compare</code> },
            { count: rows.length },
          )}
        </p>
      )}
    </>
  )
}

function columns(): readonly Column<Changed>[] {
  return [
    {
      ...{ id: 'name', name: say('release.component') },
      show: ({ name }) => name,
      text: ({ name }) => name,
    },
    {
      ...{ id: 'how', name: say('release.how') },
      show: ({ how, isMajor }) => (
        <>
          <Tag tone={TONES[how]}>{say(`release.how-${how}`)}</Tag>
          {isMajor && <span class="quiet"> {say('release.major')}</span>}
        </>
      ),
      text: ({ how }) => how,
    },
    {
      ...{ id: 'from', name: say('release.from') },
      show: ({ from }) => <span class="release-role">{from ?? '–'}</span>,
      text: ({ from }) => from,
    },
    {
      ...{ id: 'to', name: say('release.to') },
      show: ({ to }) => <span class="release-role">{to ?? '–'}</span>,
      text: ({ to }) => to,
    },
    {
      ...{ id: 'purl', name: 'purl', isExtra: true },
      show: ({ purl }) => <code>{purl}</code>,
      text: ({ purl }) => purl,
    },
  ]
}
