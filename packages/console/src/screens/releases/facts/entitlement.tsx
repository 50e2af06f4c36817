/** What a device has to have before it is offered a release of new functions; fixes ask for nothing. */
import { useState } from 'preact/hooks'
import { call } from '../../../api/call.ts'
import { useDoing } from '../../../live/doing.ts'
import { may } from '../../../live/me.ts'
import { Dialog } from '../../../pieces/dialogs/dialog.tsx'
import { TextField } from '../../../pieces/field.tsx'
import { ProblemNote } from '../../../pieces/told/problem-note.tsx'
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
  const fields =
    doing.error !== undefined && 'fields' in doing.error ? doing.error.fields : undefined
  const error =
    fields instanceof Map ? (fields.get('entitlement') as string | undefined) : undefined
  return (
    <>
      {name ?? say('release.everybody')}{' '}
      {may('release.publish', product) && (
        <button type="button" onClick={() => setTyped(name ?? '')}>
          {say('release.change')}
        </button>
      )}
      {typed !== undefined && (
        <Dialog
          title={say('release.entitlement')}
          onClose={() => setTyped(undefined)}
          actions={
            <>
              <button type="button" onClick={() => setTyped(undefined)}>
                {say('pieces.cancel')}
              </button>
              <button type="submit" form="entitlement" class="first" disabled={doing.isBusy}>
                {say('release.set')}
              </button>
            </>
          }
        >
          <form
            id="entitlement"
            class="stack"
            onSubmit={(event) => {
              event.preventDefault()
              void save()
            }}
          >
            <TextField
              label={say('release.entitlementName')}
              hint={say('release.entitlementHint')}
              {...{ error, value: typed, onValue: setTyped, maxLength: 64 }}
            />
            {doing.error !== undefined && error === undefined && (
              <ProblemNote error={doing.error} />
            )}
          </form>
        </Dialog>
      )}
    </>
  )
}
