/** A new token: only permissions that the viewer has, for the shortest time that does. */
import { useState } from 'preact/hooks'
import { call } from '../../../api/call.ts'
import { useDoing } from '../../../live/doing.ts'
import { me, type Permission } from '../../../live/me.ts'
import { products } from '../../../live/products.ts'
import { ChoiceField, TextField } from '../../../pieces/field.tsx'
import { Mistake } from '../../../pieces/told/told.tsx'
import { say } from '../../../words/say.tsx'
import { SecretDialog } from '../secrets/secret-dialog.tsx'

const DAY_SECONDS = 86_400
const DAYS = ['1', '7', '30', '90'] as const

export function NewTokenDialog({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('')
  const [product, setProduct] = useState('*')
  const [days, setDays] = useState<(typeof DAYS)[number]>('7')
  const [scopes, setScopes] = useState<readonly Permission[]>([])
  const [secret, setSecret] = useState<string>()
  const doing = useDoing()
  const { fields } = doing
  const own = [...new Set(Object.values(me.value?.rights ?? {}).flat())].toSorted()
  const make = () =>
    doing.run(async () => {
      const { value } = await call('POST /me/tokens', {
        body: { name, product, scopes, validSeconds: Number(days) * DAY_SECONDS },
      })
      setSecret(value.secret)
    })
  return (
    <SecretDialog
      title={say('settings.newToken')}
      act={say('settings.make')}
      doing={doing}
      onSubmit={() => void make()}
      secret={secret}
      what={say('settings.tokenIs', { name })}
      keep={say('settings.tokenKeep')}
      onClose={onClose}
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
        {fields.has('scopes') && (
          <p class="field-error">
            <Mistake text={fields.get('scopes') ?? ''} />
          </p>
        )}
      </fieldset>
    </SecretDialog>
  )
}
