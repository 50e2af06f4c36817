/** The viewer's own API tokens: for scripts and the command line, each for a few permissions and a time. */
import { useState } from 'preact/hooks'
import { call } from '../../../api/call.ts'
import type { ApiToken } from '../../../api/operator-api.gen.ts'
import { usePages } from '../../../live/pages.ts'
import { Confirm } from '../../../pieces/dialogs/confirm.tsx'
import { Empty } from '../../../pieces/screen/empty.tsx'
import type { Column } from '../../../pieces/tables/data-table.tsx'
import { PagedTable } from '../../../pieces/tables/paged-table.tsx'
import { Time } from '../../../pieces/time.tsx'
import { say } from '../../../words/say.tsx'
import { NewTokenDialog } from './new-token-dialog.tsx'

export function TokensPart() {
  const [isAdding, setAdding] = useState(false)
  const [ending, setEnding] = useState<ApiToken>()
  const tokens = usePages(
    (after, signal) => call('GET /me/tokens', { query: { after }, signal }),
    ['tokens'],
  )
  const add = (
    <button type="button" class="first" onClick={() => setAdding(true)}>
      {say('settings.newToken')}
    </button>
  )
  return (
    <>
      <PagedTable
        id="tokens"
        caption={say('settings.tokens')}
        columns={columns(setEnding)}
        asked={tokens}
        keyOf={({ id }) => id}
        tools={add}
        empty={
          <Empty title={say('settings.noTokens')} command="fleetward tokens create --help">
            <p>{say('settings.noTokensNext')}</p>
            {add}
          </Empty>
        }
      />
      {isAdding && (
        <NewTokenDialog
          onClose={() => {
            setAdding(false)
            tokens.again()
          }}
        />
      )}
      {ending !== undefined && (
        <Confirm
          title={say('settings.endToken', { name: ending.name })}
          act={say('settings.remove')}
          isDangerous
          onClose={() => setEnding(undefined)}
          onConfirm={async () => {
            await call('DELETE /me/tokens/{token}', { path: { token: ending.id } })
            tokens.again()
          }}
        >
          <p>{say('settings.endTokenText')}</p>
        </Confirm>
      )}
    </>
  )
}

function columns(end: (token: ApiToken) => void): readonly Column<ApiToken>[] {
  return [
    { id: 'name', name: say('settings.name'), show: ({ name }) => name, text: ({ name }) => name },
    {
      ...{ id: 'prefix', name: say('settings.prefix') },
      show: ({ prefix }) => <code>{prefix}…</code>,
      text: ({ prefix }) => prefix,
    },
    {
      ...{ id: 'scopes', name: say('settings.scopes') },
      show: ({ scopes, product }) => (
        <>
          {scopes.join(', ')}{' '}
          <span class="quiet">{product === '*' ? say('console.allProducts') : product}</span>
        </>
      ),
      text: ({ scopes }) => scopes.join(' '),
    },
    {
      ...{ id: 'used', name: say('settings.lastUsed') },
      show: ({ lastUsedAt }) => <Time at={lastUsedAt} />,
      text: ({ lastUsedAt }) => lastUsedAt,
    },
    {
      ...{ id: 'expires', name: say('settings.expires') },
      show: ({ expiresAt }) => <Time at={expiresAt} isExact />,
      text: ({ expiresAt }) => new Date(expiresAt * 1000).toISOString(),
    },
    {
      ...{ id: 'end', name: say('settings.act') },
      show: (token) => (
        <button type="button" onClick={() => end(token)}>
          {say('settings.remove')}
        </button>
      ),
      text: () => '',
    },
  ]
}
