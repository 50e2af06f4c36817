/** One change to every device that a filter means: first how many those are, then their number typed, then it is done. */
import { useState } from 'preact/hooks'
import { call } from '../../api/call.ts'
import { useAsked } from '../../live/asked.ts'
import { Confirm } from '../../pieces/dialogs/confirm.tsx'
import { ChoiceField, TextField } from '../../pieces/field.tsx'
import { Loaded } from '../../pieces/screen/loaded.tsx'
import { announce } from '../../pieces/told/said.tsx'
import { say } from '../../words/say.tsx'
import { AttributeFields } from './attribute-fields.tsx'
import { actOf, BULK_KINDS, type BulkWish } from './bulk-act.ts'

export interface BulkChangeProps {
  readonly product: string
  readonly filter: string
  readonly cohorts: readonly string[]
  readonly onClose: () => void
}

export function BulkChange({ product, filter, cohorts, onClose }: BulkChangeProps) {
  const [wish, setWish] = useState<BulkWish>({
    ...{ kind: 'cohort', cohort: '', reason: '' },
    attribute: { name: '', kind: 'text', text: '' },
  })
  const [done, setDone] = useState<number>()
  const act = actOf(wish)
  const preview = useAsked(
    async (signal) =>
      (
        await call('POST /products/{product}/device-changes', {
          ...{ path: { product }, body: { filter, release: true, dryRun: true }, signal },
        })
      ).value.matched,
    [product, filter],
  )
  const matched = preview.value ?? 0

  const carryOut = async () => {
    if (act === undefined) return
    let changed = 0
    let after: string | undefined
    try {
      do {
        const body = { filter, ...act, expect: matched, ...(after === undefined ? {} : { after }) }
        const { value } = await call('POST /products/{product}/device-changes', {
          ...{ path: { product }, body },
        })
        changed += value.changed
        after = value.after
        setDone(changed)
      } while (after !== undefined)
    } catch (error) {
      // Another number by now: it is said, and asked for anew.
      preview.again()
      throw error
    }
    announce(say('fleet.bulkDone', { count: changed }))
  }

  return (
    <Confirm
      title={say('fleet.bulk')}
      act={say('fleet.bulkAct', { count: matched })}
      isDangerous={wish.kind === 'quarantine'}
      canConfirm={act !== undefined && preview.value !== undefined && matched > 0}
      word={String(matched)}
      onConfirm={carryOut}
      onClose={onClose}
    >
      <pre class="any-text">{filter}</pre>
      <Loaded asked={preview}>
        {(count) => (
          <p role="status">
            <strong>{say('fleet.bulkMeans', { count })}</strong>
          </p>
        )}
      </Loaded>
      <ChoiceField
        label={say('fleet.bulkWhat')}
        value={wish.kind}
        choices={BULK_KINDS.map((kind) => ({ value: kind, label: say(`fleet.bulk-${kind}`) }))}
        onValue={(kind) => setWish({ ...wish, kind })}
      />
      {wish.kind === 'cohort' && (
        <TextField
          label={say('fleet.cohort')}
          hint={say('fleet.cohortHint', { names: cohorts.slice(0, 12).join(', ') })}
          value={wish.cohort}
          onValue={(cohort) => setWish({ ...wish, cohort })}
        />
      )}
      {(wish.kind === 'set' || wish.kind === 'remove') && (
        <AttributeFields
          input={wish.attribute}
          isNameOnly={wish.kind === 'remove'}
          onInput={(attribute) => setWish({ ...wish, attribute })}
        />
      )}
      {wish.kind === 'quarantine' && (
        <TextField
          label={say('device.reason')}
          hint={say('device.reasonHint')}
          value={wish.reason}
          onValue={(reason) => setWish({ ...wish, reason })}
        />
      )}
      {done !== undefined && <p role="status">{say('fleet.bulkSoFar', { count: done })}</p>}
    </Confirm>
  )
}
