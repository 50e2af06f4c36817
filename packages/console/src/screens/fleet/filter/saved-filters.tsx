/** Filters that are kept under a name, for everybody: to be opened, saved, changed, renamed and deleted. */
import { useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { type Answer, call } from '../../../api/call.ts'
import type { SavedFilter } from '../../../api/operator-api.gen.ts'
import { Refused } from '../../../api/refused.ts'
import { useAsked } from '../../../live/asked.ts'
import { useDoing } from '../../../live/doing.ts'
import { may } from '../../../live/me.ts'
import { Conflict } from '../../../pieces/dialogs/conflict.tsx'
import { ProblemNote } from '../../../pieces/told/problem-note.tsx'
import { announce } from '../../../pieces/told/said.tsx'
import { say } from '../../../words/say.tsx'
import { RenameFilter } from './rename-filter.tsx'
import { SaveFilter } from './save-filter.tsx'

const LISTED_COUNT = 500

export interface SavedFiltersProps {
  readonly product: string
  readonly text: string
  /** The one that the text began as, as it was then. */
  readonly base: Answer<SavedFilter> | undefined
  readonly address: (name: string) => string
  /** Undefined: it is gone, and the text stays. */
  readonly onSaved: (saved: Answer<SavedFilter> | undefined) => void
}

export function SavedFilters({ product, text, base, address, onSaved }: SavedFiltersProps) {
  const { route } = useLocation()
  const [isSaving, setSaving] = useState(false)
  const [renamed, setRenamed] = useState<Answer<SavedFilter>>()
  const [theirs, setTheirs] = useState<Answer<SavedFilter>>()
  const doing = useDoing()
  const listed = useAsked(
    async (signal) =>
      (
        await call('GET /products/{product}/filters', {
          ...{ path: { product }, query: { limit: LISTED_COUNT }, signal },
        })
      ).value,
    [product],
  )
  const filters = listed.value ?? []
  const canChange = may('device.manage', product)
  const isChanged = base !== undefined && text.trim() !== '' && text !== base.value.filter
  const at = (filter: string) => ({ path: { product, filter } })

  const change = async (name: string, etag: string) => {
    try {
      const saved = await call('PATCH /products/{product}/filters/{filter}', {
        ...{ ...at(name), body: { filter: text }, ifMatch: etag },
      })
      setTheirs(undefined)
      onSaved(saved)
      listed.again()
      announce(say('fleet.filterSaved', { name }))
    } catch (error) {
      if (!(error instanceof Refused && error.isConflict)) throw error
      setTheirs(await call('GET /products/{product}/filters/{filter}', at(name)))
    }
  }
  const remove = async ({ value, etag }: Answer<SavedFilter>) => {
    const { name, filter, description } = value
    await call('DELETE /products/{product}/filters/{filter}', { ...at(name), ifMatch: etag })
    onSaved(undefined)
    listed.again()
    const bringBack = async () => {
      const body = { name, filter, description }
      await call('POST /products/{product}/filters', { path: { product }, body })
      listed.again()
      route(address(name))
    }
    announce(say('fleet.filterDeleted', { name }), {
      ...{ label: say('fleet.undo'), run: () => void doing.run(bringBack) },
    })
  }

  return (
    <>
      <details class="menu saved-filters">
        <summary>{say('fleet.savedFilters', { count: filters.length })}</summary>
        <div class="menu-card">
          {filters.length === 0 && <p class="quiet">{say('fleet.noSavedFilters')}</p>}
          <ul class="plain-list">
            {filters.map(({ name, filter, description }) => (
              <li key={name}>
                <a href={address(name)}>{name}</a>
                {description !== '' && <p class="written">{description}</p>}
                <code class="any-text">{filter}</code>
              </li>
            ))}
          </ul>
        </div>
      </details>
      {canChange && text.trim() !== '' && (
        <button type="button" onClick={() => setSaving(true)}>
          {say('fleet.saveFilter')}
        </button>
      )}
      {canChange && isChanged && (
        <button
          type="button"
          disabled={doing.isBusy}
          onClick={() => void doing.run(() => change(base.value.name, base.etag))}
        >
          {say('fleet.saveChanges', { name: base.value.name })}
        </button>
      )}
      {canChange && base !== undefined && !isChanged && (
        <>
          <button type="button" disabled={doing.isBusy} onClick={() => setRenamed(base)}>
            {say('fleet.renameFilter', { name: base.value.name })}
          </button>
          <button
            type="button"
            disabled={doing.isBusy}
            onClick={() => void doing.run(() => remove(base))}
          >
            {say('fleet.deleteFilter', { name: base.value.name })}
          </button>
        </>
      )}
      {doing.error !== undefined && <ProblemNote error={doing.error} />}
      {isSaving && (
        <SaveFilter
          product={product}
          filter={text}
          onSaved={(saved) => {
            listed.again()
            onSaved(saved)
            announce(say('fleet.filterSaved', { name: saved.value.name }))
          }}
          onClose={() => setSaving(false)}
        />
      )}
      {renamed !== undefined && (
        <RenameFilter
          product={product}
          saved={renamed}
          onRenamed={(saved) => {
            listed.again()
            onSaved(saved)
            announce(say('fleet.filterSaved', { name: saved.value.name }))
          }}
          onClose={() => setRenamed(undefined)}
        />
      )}
      {theirs !== undefined && (
        <Conflict
          fields={[{ name: say('filter.label'), mine: text, theirs: theirs.value.filter }]}
          onKeepMine={() => void doing.run(() => change(theirs.value.name, theirs.etag))}
          onTakeTheirs={() => {
            setTheirs(undefined)
            onSaved(theirs)
          }}
          onClose={() => setTheirs(undefined)}
        />
      )}
    </>
  )
}
