/** A new token: only permissions that the viewer has, for the shortest time that does. */
import { useState } from 'preact/hooks'
import { call } from '../../api/call.ts'
import { Refused } from '../../api/refused.ts'
import { useDoing } from '../../live/doing.ts'
import { me, type Permission } from '../../live/me.ts'
import { products } from '../../live/products.ts'
import { Dialog } from '../../pieces/dialog.tsx'
import { ChoiceField, TextField } from '../../pieces/field.tsx'
import { ProblemNote } from '../../pieces/problem-note.tsx'
import { say } from '../../words/say.tsx'
import { SecretNote } from './secret-note.tsx'

const DAY_SECONDS = 86_400
const DAYS = ['1', '7', '30', '90'] as const

export function NewTokenDialog({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('')
  const [product, setProduct] = useState('*')
  const [days, setDays] = useState<(typeof DAYS)[number]>('7')
  const [scopes, setScopes] = useState<readonly Permission[]>([])
  const [secret, setSecret] = useState<string>()
  const doing = useDoing()
  const fields = doing.error instanceof Refused ? doing.error.fields : new Map<string, string>()
  const own = [...new Set(Object.values(me.value?.rights ?? {}).flat())].toSorted()
  const make = () =>
    doing.run(async () => {
      const { value } = await call('POST /me/tokens', {
        body: { name, product, scopes, validSeconds: Number(days) * DAY_SECONDS },
      })
      setSecret(value.secret)
    })
  return (
    <Dialog
      title={say('settings.newToken')}
      onClose={onClose}
      actions={
        secret === undefined ? (
          <button type="submit" form="new-token" class="first" disabled={doing.isBusy}>
            {say('settings.make')}
          </button>
        ) : (
          <button type="button" class="first" onClick={onClose}>
            {say('pieces.done')}
          </button>
        )
      }
    >
      {secret === undefined ? (
        <form
          id="new-token"
          class="stack"
          onSubmit={(event) => {
            event.preventDefault()
            void make()
          }}
        >
          <TextField
            label={say('settings.name')}
            hint={say('settings.tokenNameHint')}
            value={name}
            onValue={setName}
            error={fields.get('name')}
            required
          />
          <ChoiceField
            label={say('console.product')}
            value={product}
            choices={[
              { value: '*', label: say('console.allProducts') },
              ...(products.value ?? []).map(({ id }) => ({ value: id, label: id })),
            ]}
            onValue={setProduct}
          />
          <ChoiceField
            label={say('settings.validFor')}
            value={days}
            choices={DAYS.map((value) => ({
              ...{ value, label: say('settings.days', { count: Number(value) }) },
            }))}
            onValue={setDays}
          />
          <fieldset>
            <legend>{say('settings.scopes')}</legend>
            {own.map((scope) => (
              <label key={scope} class="check">
                <input
                  type="checkbox"
                  checked={scopes.includes(scope)}
                  onChange={({ currentTarget }) =>
                    setScopes(
                      currentTarget.checked
                        ? [...scopes, scope]
                        : scopes.filter((other) => other !== scope),
                    )
                  }
                />
                <code>{scope}</code>
              </label>
            ))}
            {fields.has('scopes') && <p class="field-error">{fields.get('scopes')}</p>}
          </fieldset>
          {doing.error !== undefined && <ProblemNote error={doing.error} />}
        </form>
      ) : (
        <SecretNote what={say('settings.tokenIs', { name })} secret={secret} />
      )}
    </Dialog>
  )
}
