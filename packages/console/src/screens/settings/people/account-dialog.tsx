/** One account: its grants, whether it may come in at all, a new way in, and its end. */
import { useState } from 'preact/hooks'
import { call } from '../../../api/call.ts'
import type { AccountInFull, NewGrant } from '../../../api/operator-api.gen.ts'
import { useAsked } from '../../../live/asked.ts'
import { useDoing } from '../../../live/doing.ts'
import { may, me } from '../../../live/me.ts'
import { Confirm } from '../../../pieces/dialogs/confirm.tsx'
import { Dialog } from '../../../pieces/dialogs/dialog.tsx'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { ProblemNote } from '../../../pieces/told/problem-note.tsx'
import { announce } from '../../../pieces/told/said.tsx'
import { say } from '../../../words/say.tsx'
import { SecretNote } from '../secrets/secret-note.tsx'
import { GrantChoice } from './grant-choice.tsx'

export interface AccountDialogProps {
  readonly id: string
  readonly onClose: () => void
}

export function AccountDialog({ id, onClose }: AccountDialogProps) {
  const asked = useAsked(
    (signal) => call('GET /accounts/{account}', { path: { account: id }, signal }),
    [id],
  )
  return (
    <Dialog title={asked.value?.value.name ?? say('console.account')} onClose={onClose}>
      <Loaded asked={asked}>
        {({ value, etag }) => (
          <AccountForm account={value} etag={etag} again={asked.again} onClose={onClose} />
        )}
      </Loaded>
    </Dialog>
  )
}

interface AccountFormProps {
  readonly account: AccountInFull
  readonly etag: string
  readonly again: () => void
  readonly onClose: () => void
}

function AccountForm({ account, etag, again, onClose }: AccountFormProps) {
  const [grant, setGrant] = useState<NewGrant>({ role: 'viewer', product: '*' })
  const [link, setLink] = useState<string>()
  const [isRemoving, setRemoving] = useState(false)
  const doing = useDoing()
  const path = { account: account.id }
  // Nobody gives rights to oneself, and the last administrator stays: the server refuses it, and says so.
  const canManage = may('account.manage') && account.id !== me.value?.account?.id
  const act = async (what: () => Promise<unknown>, said: string) => {
    if (await doing.run(what)) announce(said)
    again()
  }
  const isDisabled = account.disabledAt !== undefined
  return (
    <div class="stack">
      <h3>{say('settings.grants')}</h3>
      {account.grants.length === 0 && <p class="quiet">{say('settings.noGrants')}</p>}
      <ul class="stack">
        {account.grants.map(({ id, role, product }) => (
          <li key={id} class="row">
            <span>
              {say(`settings.role-${role}`)} ·{' '}
              {product === '*' ? say('console.allProducts') : product}
            </span>
            {canManage && (
              <button
                type="button"
                aria-label={say('settings.withdrawGrant', { role: say(`settings.role-${role}`) })}
                onClick={() =>
                  void act(
                    () =>
                      call('DELETE /accounts/{account}/grants/{grant}', {
                        path: { ...path, grant: id },
                      }),
                    say('settings.grantWithdrawn'),
                  )
                }
              >
                {say('settings.withdraw')}
              </button>
            )}
          </li>
        ))}
      </ul>
      {canManage && (
        <>
          <GrantChoice grant={grant} onGrant={setGrant} />
          <div class="row">
            <button
              type="button"
              onClick={() =>
                void act(
                  () => call('POST /accounts/{account}/grants', { path, body: grant }),
                  say('settings.granted'),
                )
              }
            >
              {say('settings.grant')}
            </button>
          </div>
          <hr />
          <div class="row">
            {account.kind === 'person' && (
              <button
                type="button"
                onClick={() =>
                  void doing.run(async () => {
                    const { value } = await call('POST /accounts/{account}/way-in', { path })
                    setLink(value.url)
                  })
                }
              >
                {say('settings.newWayIn')}
              </button>
            )}
            <button
              type="button"
              onClick={() =>
                void act(
                  () =>
                    call('PATCH /accounts/{account}', {
                      ...{ path, ifMatch: etag, body: { disabled: !isDisabled } },
                    }),
                  say(isDisabled ? 'settings.enabledNow' : 'settings.disabledNow'),
                )
              }
            >
              {say(isDisabled ? 'settings.enable' : 'settings.disable')}
            </button>
            <button type="button" class="danger" onClick={() => setRemoving(true)}>
              {say('settings.remove')}
            </button>
          </div>
        </>
      )}
      {link !== undefined && (
        <SecretNote what={say('settings.wayInFor', { name: account.name })} secret={link} />
      )}
      {doing.error !== undefined && <ProblemNote error={doing.error} />}
      {isRemoving && (
        <Confirm
          title={say('settings.removeTitle', { name: account.name })}
          act={say('settings.remove')}
          word={account.login ?? account.name}
          isDangerous
          onClose={() => setRemoving(false)}
          onConfirm={async () => {
            await call('DELETE /accounts/{account}', { path, ifMatch: etag })
            onClose()
          }}
        >
          <p>{say('settings.removeText')}</p>
        </Confirm>
      )}
    </div>
  )
}
