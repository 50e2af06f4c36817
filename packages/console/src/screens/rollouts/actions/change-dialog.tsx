/** A change of a rollout. Of two who change it at once the second one sees both, and nothing is saved until he chose. */
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { call } from '../../../api/call.ts'
import type { RolloutInFull } from '../../../api/operator-api.gen.ts'
import { Refused } from '../../../api/refused.ts'
import { useDoing } from '../../../live/doing.ts'
import { Confirm } from '../../../pieces/dialogs/confirm.tsx'
import { Conflict } from '../../../pieces/dialogs/conflict.tsx'
import { ProblemNote } from '../../../pieces/told/problem-note.tsx'
import { announce } from '../../../pieces/told/said.tsx'

/** What is changed, and by whom it is seen. */
export interface Changed {
  readonly product: string
  readonly rollout: RolloutInFull
  readonly etag: string
  readonly again: () => void
  readonly onClose: () => void
}

interface ChangeDialogProps {
  readonly changed: Changed
  readonly title: string
  readonly act: string
  readonly canConfirm?: boolean
  /** What it is that two may have changed, and what each says of it. */
  readonly field: string
  readonly mine: string
  readonly theirs: (rollout: RolloutInFull) => string
  readonly save: (ifMatch: string) => Promise<unknown>
  /** Said when it is saved. */
  readonly saved: string
  readonly children: ComponentChildren
}

export function ChangeDialog(props: ChangeDialogProps) {
  const { title, act, canConfirm = true, field, mine, theirs, save, saved, children } = props
  const { product, rollout, again, onClose } = props.changed
  const [meanwhile, setMeanwhile] = useState<{ readonly theirs: string; readonly etag: string }>()
  const keeping = useDoing()
  const end = () => {
    again()
    onClose()
  }
  const change = async (ifMatch: string) => {
    keeping.forget()
    try {
      await save(ifMatch)
    } catch (error) {
      if (!(error instanceof Refused && error.isConflict)) throw error
      const path = { product, id: rollout.id }
      const now = await call('GET /products/{product}/rollouts/{id}', { path })
      setMeanwhile({ theirs: theirs(now.value), etag: now.etag })
      return
    }
    announce(saved)
    end()
  }
  if (meanwhile !== undefined) {
    const back = () => setMeanwhile(undefined)
    const keep = async () => {
      if (!(await keeping.run(() => change(meanwhile.etag)))) back()
    }
    return (
      <Conflict
        fields={[{ name: field, mine, theirs: meanwhile.theirs }]}
        onKeepMine={() => void keep()}
        onTakeTheirs={end}
        onClose={back}
      />
    )
  }
  return (
    <Confirm
      {...{ title, act, canConfirm, onClose }}
      closesItself={false}
      onConfirm={() => change(props.changed.etag)}
    >
      {children}
      {keeping.error !== undefined && <ProblemNote error={keeping.error} />}
    </Confirm>
  )
}
