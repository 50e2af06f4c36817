/** People and programs: who there is, who may what, and new ways in. */
import { useState } from 'preact/hooks'
import { call } from '../../../api/call.ts'
import type { Account } from '../../../api/operator-api.gen.ts'
import { may } from '../../../live/me.ts'
import { usePages } from '../../../live/pages.ts'
import type { Column } from '../../../pieces/tables/data-table.tsx'
import { PagedTable } from '../../../pieces/tables/paged-table.tsx'
import { Tag } from '../../../pieces/tag.tsx'
import { Time } from '../../../pieces/time.tsx'
import { say } from '../../../words/say.tsx'
import { AccountDialog } from './account-dialog.tsx'
import { NewPersonDialog } from './new-person-dialog.tsx'

export function PeoplePart() {
  const [opened, setOpened] = useState<string>()
  const [isAdding, setAdding] = useState(false)
  const accounts = usePages(
    (after, signal) => call('GET /accounts', { query: { after }, signal }),
    ['accounts'],
  )
  return (
    <>
      <PagedTable
        id="people"
        caption={say('settings.people')}
        columns={columns(setOpened)}
        asked={accounts}
        keyOf={({ id }) => id}
        tools={
          may('account.manage') && (
            <button type="button" class="first" onClick={() => setAdding(true)}>
              {say('settings.addPerson')}
            </button>
          )
        }
      />
      {isAdding && (
        <NewPersonDialog
          onClose={() => {
            setAdding(false)
            accounts.again()
          }}
        />
      )}
      {opened !== undefined && (
        <AccountDialog
          id={opened}
          onClose={() => {
            setOpened(undefined)
            accounts.again()
          }}
        />
      )}
    </>
  )
}

function columns(open: (id: string) => void): readonly Column<Account>[] {
  return [
    {
      ...{ id: 'name', name: say('settings.name') },
      show: ({ id, name }) => (
        <button type="button" class="named" onClick={() => open(id)}>
          {name}
        </button>
      ),
      text: ({ name }) => name,
    },
    {
      ...{ id: 'login', name: say('settings.login') },
      show: ({ login }) => login,
      text: ({ login }) => login,
    },
    {
      ...{ id: 'kind', name: say('settings.kind') },
      show: ({ kind, breakGlass }) =>
        say(breakGlass ? 'settings.kind-breakGlass' : `settings.kind-${kind}`),
      text: ({ kind }) => kind,
    },
    {
      ...{ id: 'state', name: say('settings.state') },
      show: ({ disabledAt }) =>
        disabledAt === undefined ? (
          <Tag tone="good">{say('settings.enabled')}</Tag>
        ) : (
          <Tag tone="quiet">{say('settings.disabled')}</Tag>
        ),
      text: ({ disabledAt }) => (disabledAt === undefined ? 'enabled' : 'disabled'),
    },
    {
      ...{ id: 'created', name: say('settings.since') },
      show: ({ createdAt }) => <Time at={createdAt} isExact />,
      text: ({ createdAt }) => new Date(createdAt * 1000).toISOString(),
    },
  ]
}
