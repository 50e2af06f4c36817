/** What a device has to have before it is offered a release of new functions; fixes ask for nothing. */
import { useState } from 'preact/hooks'
import { call } from '../../../api/call.ts'
import { useDoing } from '../../../live/doing.ts'
import { may } from '../../../live/me.ts'
import { FormDialog } from '../../../pieces/dialogs/form-dialog.tsx'
import { TextField } from '../../../pieces/field.tsx'
import { announce } from '../../../pieces/told/said.tsx'
import { say } from '../../../words/say.tsx'

export interface EntitlementProps {
  readonly product: string
  readonly version: string
  readonly name: string | undefined
  readonly again: () => void
}

export function Entitlement({ product, version, name, again }: EntitlementProps) {
  const [typed, setTyped] = useState<string>()
  const doing = useDoing()
  const set = (entitlement: string | null) =>
    call('POST /products/{product}/releases/{version}/entitlement', {
      ...{ path: { product, version }, body: { entitlement } },
    })
  const save = async () => {
    const wanted = typed?.trim() ?? ''
    const before = name ?? null
    if (!(await doing.run(() => set(wanted === '' ? null : wanted)))) return
    setTyped(undefined)
    again()
    announce(say('release.entitlementSet'), {
      label: say('release.undo'),
      run: () => void set(before).then(again),
    })
  }
  return (
    <>
      {name ?? say('release.everybody')}{' '}
      {may('release.publish', product) && (
        <button type="button" onClick={() => setTyped(name ?? '')}>
          {say('release.change')}
        </button>
      )}
      {typed !== undefined && (
        <FormDialog
          title={say('release.entitlement')}
          act={say('release.set')}
          doing={doing}
          onSubmit={() => void save()}
          onClose={() => setTyped(undefined)}
        >
          <TextField
            label={say('release.entitlementName')}
            hint={say('release.entitlementHint')}
            error={doing.fields.get('entitlement')}
            {...{ value: typed, onValue: setTyped, maxLength: 64 }}
          />
        </FormDialog>
      )}
    </>
  )
}
