/**
 * Somebody writes an advisory while others may as well: what was typed stays until it is saved or given up, only what was
 * changed is sent, and where the server has something else by now both versions are shown.
 */
import { useLayoutEffect, useState } from 'preact/hooks'
import { type Answer, call } from '../../../api/call.ts'
import type { AdvisoryInFull } from '../../../api/operator-api.gen.ts'
import { Refused } from '../../../api/refused.ts'
import { type Doing, useDoing } from '../../../live/doing.ts'
import { changedFields, changeOf, type Draft, draftOf } from './content.ts'

export interface Seen {
  readonly draft: Draft
  readonly etag: string
}

export interface Editing {
  readonly draft: Draft
  readonly set: (change: Partial<Draft>) => void
  readonly isDirty: boolean
  readonly doing: Doing
  /** What the server has by now, when it refused for that. */
  readonly theirs: Seen | undefined
  readonly mine: readonly (keyof Draft)[]
  readonly save: () => Promise<boolean>
  readonly keepMine: () => Promise<boolean>
  readonly takeTheirs: () => void
  readonly lookAgain: () => void
}

export function useEditing(
  { value, etag }: Answer<AdvisoryInFull>,
  { product, onSaved }: { readonly product: string; readonly onSaved: () => void },
): Editing {
  const [base, setBase] = useState<Seen>({ draft: draftOf(value), etag })
  const [draft, setDraft] = useState(base.draft)
  const [theirs, setTheirs] = useState<Seen>()
  const doing = useDoing()
  const mine = changedFields(base.draft, draft)
  const isDirty = mine.length > 0
  const path = { product, advisory: value.id }
  const take = (seen: Seen) => {
    setBase(seen)
    setDraft(seen.draft)
    setTheirs(undefined)
  }
  // Who has typed nothing sees what is there now; who has keeps it, and is told when it is saved.
  useLayoutEffect(() => {
    if (!isDirty && etag !== base.etag) take({ draft: draftOf(value), etag })
  }, [etag])

  const save = (ifMatch: string) =>
    doing.run(async () => {
      try {
        const body = changeOf(base.draft, draft)
        const saved = await call('PATCH /products/{product}/advisories/{advisory}', {
          ...{ path, body, ifMatch },
        })
        take({ draft: draftOf(saved.value), etag: saved.etag })
        onSaved()
      } catch (error) {
        if (error instanceof Refused && error.isConflict) {
          const now = await call('GET /products/{product}/advisories/{advisory}', { path })
          setTheirs({ draft: draftOf(now.value), etag: now.etag })
        }
        throw error
      }
    })
  return {
    ...{ draft, isDirty, doing, theirs, mine },
    set: (change) => setDraft({ ...draft, ...change }),
    save: () => save(base.etag),
    keepMine: () => {
      setTheirs(undefined)
      return save(theirs?.etag ?? base.etag)
    },
    takeTheirs: () => {
      if (theirs !== undefined) take(theirs)
      doing.forget()
      onSaved()
    },
    lookAgain: () => setTheirs(undefined),
  }
}
