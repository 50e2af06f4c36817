/** To which product a report belongs, who sees to it, whether it is under embargo, and whom to thank. */
import { useLayoutEffect, useState } from 'preact/hooks'
import { call } from '../../api/call.ts'
import type { VulnerabilityReportInFull } from '../../api/operator-api.gen.ts'
import { Refused } from '../../api/refused.ts'
import { useDoing } from '../../live/doing.ts'
import { products } from '../../live/products.ts'
import { Conflict } from '../../pieces/dialogs/conflict.tsx'
import { ChoiceField, TextField } from '../../pieces/field.tsx'
import { ProblemNote } from '../../pieces/told/problem-note.tsx'
import { announce } from '../../pieces/told/said.tsx'
import { say } from '../../words/say.tsx'
import { usePeople } from './people.ts'

export interface ChangeFormProps {
  readonly report: VulnerabilityReportInFull
  readonly etag: string
  readonly onChanged: () => void
}

interface Draft {
  readonly product: string
  readonly assignee: string
  readonly isEmbargoed: boolean
  readonly creditName: string
}

const draftOf = ({
  product = '',
  assignee = '',
  isEmbargoed,
  creditName,
}: VulnerabilityReportInFull) => ({ product, assignee, isEmbargoed, creditName }) satisfies Draft

const FIELDS = ['product', 'assignee', 'isEmbargoed', 'creditName'] as const

export function ChangeForm({ report, etag, onChanged }: ChangeFormProps) {
  const [base, setBase] = useState({ draft: draftOf(report), etag })
  const [draft, setDraft] = useState<Draft>(base.draft)
  const [theirs, setTheirs] = useState<{ draft: Draft; etag: string }>()
  const doing = useDoing()
  const changed = FIELDS.filter((field) => draft[field] !== base.draft[field])
  const isDirty = changed.length > 0
  const take = (seen: { draft: Draft; etag: string }) => {
    setBase(seen)
    setDraft(seen.draft)
    setTheirs(undefined)
  }
  useLayoutEffect(() => {
    if (!isDirty) take({ draft: draftOf(report), etag })
  }, [etag])
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change })
  const save = async (ifMatch: string) => {
    setTheirs(undefined)
    const path = { id: report.id }
    const isSaved = await doing.run(async () => {
      try {
        const body = Object.fromEntries(changed.map((field) => [field, draft[field]]))
        const saved = await call('PATCH /disclosure/reports/{id}', { path, body, ifMatch })
        take({ draft: draftOf(saved.value), etag: saved.etag })
      } catch (error) {
        if (error instanceof Refused && error.isConflict) {
          const now = await call('GET /disclosure/reports/{id}', { path })
          setTheirs({ draft: draftOf(now.value), etag: now.etag })
        }
        throw error
      }
    })
    if (!isSaved) return
    announce(say('reports.saved'))
    onChanged()
  }
  const refused = doing.error instanceof Refused ? doing.error : undefined
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault()
        if (isDirty && !doing.isBusy) void save(base.etag)
      }}
    >
      <h2>{say('reports.change')}</h2>
      <ChoiceField
        label={say('reports.product')}
        value={draft.product}
        choices={[
          { value: '', label: say('reports.noProduct') },
          ...(products.value ?? []).map(({ id }) => ({ value: id, label: id })),
        ]}
        onValue={(product) => set({ product })}
      />
      <Assignee value={draft.assignee} onValue={(assignee) => set({ assignee })} />
      <TextField
        label={say('reports.creditName')}
        value={draft.creditName}
        error={doing.fields.get('creditName')}
        onValue={(creditName) => set({ creditName })}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={draft.isEmbargoed}
          onChange={({ currentTarget }) => set({ isEmbargoed: currentTarget.checked })}
        />
        {say('reports.isEmbargoed')}
      </label>
      {base.draft.isEmbargoed && !draft.isEmbargoed && (
        <p role="alert">{say('reports.embargoEnds')}</p>
      )}
      {doing.error !== undefined && refused?.isConflict !== true && (
        <ProblemNote error={doing.error} />
      )}
      <div class="actions">
        <button type="submit" disabled={!isDirty || doing.isBusy}>
          {say('pieces.save')}
        </button>
      </div>
      {theirs !== undefined && (
        <Conflict
          fields={changed.map((field) => ({
            name: say(`reports.${field}`),
            mine: words(draft[field]),
            theirs: words(theirs.draft[field]),
          }))}
          onKeepMine={() => void save(theirs.etag)}
          onTakeTheirs={() => {
            take(theirs)
            doing.forget()
            onChanged()
          }}
          onClose={() => setTheirs(undefined)}
        />
      )}
    </form>
  )
}

function words(value: string | boolean): string {
  return typeof value === 'string' ? value : say(value ? 'reports.yes' : 'reports.no')
}

interface AssigneeProps {
  readonly value: string
  readonly onValue: (account: string) => void
}

/** Who is known by name; and whoever it is given to, in any case. */
function Assignee({ value, onValue }: AssigneeProps) {
  const people = new Map(usePeople())
  if (value !== '' && !people.has(value)) people.set(value, value)
  return (
    <ChoiceField
      label={say('reports.assignee')}
      value={value}
      choices={[
        { value: '', label: say('reports.nobody') },
        ...[...people].map(([id, name]) => ({ value: id, label: name })),
      ]}
      onValue={onValue}
    />
  )
}
