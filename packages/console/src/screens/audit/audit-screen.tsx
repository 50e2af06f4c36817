/** Who did what, and when: searched by the address, and whether the log is whole. */

import { useLayoutEffect, useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { to } from '../../addresses.ts'
import { call, hrefOf } from '../../api/call.ts'
import type { AuditEntry } from '../../api/operator-api.gen.ts'
import { usePages } from '../../live/pages.ts'
import { ChoiceField, TextField } from '../../pieces/field.tsx'
import { Empty } from '../../pieces/screen/empty.tsx'
import { Screen } from '../../pieces/screen/screen.tsx'
import type { Column } from '../../pieces/tables/data-table.tsx'
import { PagedTable } from '../../pieces/tables/paged-table.tsx'
import { Tag } from '../../pieces/tag.tsx'
import { Time } from '../../pieces/time.tsx'
import { actorName } from '../../words/actor-name.ts'
import { say } from '../../words/say.tsx'
import { type AuditQuery, auditQueryOf, FIELDS, searchedBy } from './audit-query.ts'
import { ChainCheck } from './chain-check.tsx'
import { Change } from './change.tsx'
import './audit.css'

const PAGE_COUNT = 100

export function AuditScreen() {
  const { query, route } = useLocation()
  const asked = auditQueryOf(query)
  const [typed, setTyped] = useState(asked)
  const key = JSON.stringify(asked)
  // A link that is followed while the screen is open fills the form as well.
  useLayoutEffect(() => setTyped(JSON.parse(key)), [key])
  const entries = usePages(
    (after, signal) =>
      call('GET /audit', {
        query: {
          ...searchedBy(asked),
          limit: PAGE_COUNT,
          after: after === undefined ? undefined : Number(after),
        },
        signal,
      }),
    ['audit', asked],
    { everySeconds: 15 },
  )
  const set = (change: Partial<AuditQuery>) => setTyped({ ...typed, ...change })

  return (
    <Screen
      title={say('screens.audit')}
      about={say('audit.about')}
      actions={
        <>
          <a class="button" href={hrefOf('/audit/export', { format: 'jsonl' })} download>
            {say('audit.export')}
          </a>
          <a class="button" href={hrefOf('/audit/export', { format: 'ocsf' })} download>
            {say('audit.exportOcsf')}
          </a>
        </>
      }
    >
      <ChainCheck />
      <search>
        <form
          class="card audit-search"
          onSubmit={(event) => {
            event.preventDefault()
            route(to.audit({ ...typed }))
          }}
        >
          {FIELDS.map((field) =>
            field === 'outcome' ? (
              <ChoiceField
                key={field}
                label={say('audit.outcome')}
                value={typed.outcome}
                choices={[
                  { value: '', label: say('audit.outcomeAny') },
                  { value: 'done', label: say('audit.outcomeDone') },
                  { value: 'refused', label: say('audit.outcomeRefused') },
                ]}
                onValue={(outcome) => set({ outcome })}
              />
            ) : (
              <TextField
                key={field}
                label={say(`audit.${field}`)}
                type={field === 'since' || field === 'until' ? 'date' : 'search'}
                value={typed[field]}
                onValue={(value) => set({ [field]: value })}
              />
            ),
          )}
          <div class="actions">
            <button type="submit" class="first">
              {say('audit.search')}
            </button>
            <a class="button" href={to.audit()}>
              {say('audit.all')}
            </a>
          </div>
        </form>
      </search>
      <PagedTable
        id="audit"
        caption={say('screens.audit')}
        columns={columns()}
        asked={entries}
        keyOf={({ seq }) => String(seq)}
        empty={
          <Empty title={say('audit.nothing')} command="fleetward audit list --limit 20">
            <p>{say('audit.nothingNext')}</p>
          </Empty>
        }
      />
    </Screen>
  )
}

function columns(): readonly Column<AuditEntry>[] {
  return [
    {
      ...{ id: 'at', name: say('audit.at') },
      show: ({ at }) => <Time at={at} isExact />,
      text: ({ at }) => new Date(at * 1000).toISOString(),
    },
    {
      ...{ id: 'actor', name: say('audit.actor') },
      show: ({ actor }) => (
        <>
          <a href={to.audit({ actor: actor.id })}>{actorName(actor)}</a>{' '}
          {(actor.via === 'session' || actor.via === 'token') && (
            <span class="quiet">{say(`audit.via-${actor.via}`)}</span>
          )}
        </>
      ),
      text: ({ actor }) => `${actor.name} (${actor.id})`,
    },
    {
      ...{ id: 'action', name: say('audit.action') },
      show: ({ action }) => <a href={to.audit({ action })}>{action}</a>,
      text: ({ action }) => action,
    },
    {
      ...{ id: 'subject', name: say('audit.subject') },
      show: ({ subject, product }) => (
        <>
          {subject} {product !== undefined && <span class="quiet">{product}</span>}
        </>
      ),
      text: ({ subject }) => subject,
    },
    {
      ...{ id: 'outcome', name: say('audit.outcome') },
      show: ({ outcome, code }) =>
        outcome === 'done' ? (
          <Tag tone="good">{say('audit.outcomeDone')}</Tag>
        ) : (
          <>
            <Tag tone="bad">{say('audit.outcomeRefused')}</Tag> <code>{code}</code>
          </>
        ),
      text: ({ outcome, code }) => (code === undefined ? outcome : `${outcome} ${code}`),
    },
    {
      ...{ id: 'change', name: say('audit.change') },
      show: (entry) => <Change entry={entry} />,
      text: ({ before, after }) => JSON.stringify({ before, after }),
    },
    {
      ...{ id: 'seq', name: say('audit.seq'), isNumber: true, isExtra: true },
      show: ({ seq }) => seq,
      text: ({ seq }) => seq,
    },
    {
      ...{ id: 'product', name: say('audit.product'), isExtra: true },
      show: ({ product }) => product,
      text: ({ product }) => product,
    },
    {
      ...{ id: 'address', name: say('audit.address'), isExtra: true },
      show: ({ actor }) => actor.address,
      text: ({ actor }) => actor.address,
    },
    {
      ...{ id: 'hash', name: say('audit.hash'), isExtra: true },
      show: ({ hash }) => <code>{hash.slice(0, 16)}…</code>,
      text: ({ hash }) => hash,
    },
  ]
}
