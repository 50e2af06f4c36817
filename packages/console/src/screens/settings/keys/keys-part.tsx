/** Keys of the server and of each product: which signs, how old it is, and its replacement. */
import { useState } from 'preact/hooks'
import { call } from '../../../api/call.ts'
import { useAsked } from '../../../live/asked.ts'
import { may } from '../../../live/me.ts'
import { products } from '../../../live/products.ts'
import { Command } from '../../../pieces/command.tsx'
import { Confirm } from '../../../pieces/dialogs/confirm.tsx'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { DataTable } from '../../../pieces/tables/data-table.tsx'
import { Tag, type Tone } from '../../../pieces/tag.tsx'
import { Time } from '../../../pieces/time.tsx'
import { say } from '../../../words/say.tsx'
import { type KeyRow, type KeysOf, keyRows } from './key-rows.ts'

const TONES: Readonly<Record<KeyRow['state'], Tone>> = {
  ...{ signs: 'good', waiting: 'waits', former: 'quiet' },
}

export function KeysPart() {
  const [rotating, setRotating] = useState<KeyRow>()
  const ids = (products.value ?? []).map(({ id }) => id).filter((id) => may('product.read', id))
  const keys = useAsked(
    async (signal): Promise<KeysOf> => ({
      server: (await call('GET /keys', { signal })).value,
      products: await Promise.all(
        ids.map(async (product) => ({
          product,
          ...(await call('GET /products/{product}/keys', { path: { product }, signal })).value,
        })),
      ),
    }),
    ids,
    { events: ['security.key-rotated', 'security.key-retired'], everySeconds: 60 },
  )
  return (
    <Loaded asked={keys}>
      {(value) => (
        <>
          {value.products
            .filter(({ toSign }) => toSign.length > 0)
            .map(({ product, toSign }) => (
              <section key={product} class="card">
                <p>{say('settings.toSign', { product, roles: toSign.join(', ') })}</p>
                <Command text={`fleetward keys server --product ${product}`} />
              </section>
            ))}
          <DataTable
            id="keys"
            caption={say('settings.keys')}
            rows={keyRows(value)}
            keyOf={({ purpose, product, id }) => `${product ?? ''} ${purpose} ${id}`}
            columns={[
              {
                ...{ id: 'purpose', name: say('settings.purpose') },
                show: ({ purpose }) => say(`settings.key-${purpose}`),
                text: ({ purpose }) => purpose,
              },
              {
                ...{ id: 'product', name: say('console.product') },
                show: ({ product }) => product ?? say('settings.ofServer'),
                text: ({ product }) => product,
              },
              {
                ...{ id: 'state', name: say('settings.state') },
                show: ({ state }) => <Tag tone={TONES[state]}>{say(`settings.key-${state}`)}</Tag>,
                text: ({ state }) => state,
              },
              {
                ...{ id: 'age', name: say('settings.made') },
                show: ({ createdAt }) => <Time at={createdAt} />,
                text: ({ createdAt }) => new Date(createdAt * 1000).toISOString(),
              },
              {
                ...{ id: 'id', name: say('settings.keyId') },
                show: ({ id }) => <code title={id}>{id.slice(0, 16)}…</code>,
                text: ({ id }) => id,
              },
              {
                ...{ id: 'act', name: say('settings.act') },
                show: (row) =>
                  row.state === 'signs' &&
                  may('server.manage') && (
                    <button type="button" onClick={() => setRotating(row)}>
                      {say('settings.rotate')}
                    </button>
                  ),
                text: () => '',
              },
            ]}
          />
          {rotating !== undefined && (
            <Confirm
              title={say('settings.rotateTitle', {
                purpose: say(`settings.key-${rotating.purpose}`),
              })}
              act={say('settings.rotate')}
              word={rotating.product ?? rotating.purpose}
              isDangerous
              onClose={() => setRotating(undefined)}
              onConfirm={async () => {
                await rotate(rotating)
                keys.again()
              }}
            >
              <p>{say('settings.rotateText')}</p>
            </Confirm>
          )}
        </>
      )}
    </Loaded>
  )
}

function rotate(row: KeyRow): Promise<unknown> {
  const body = {}
  if (row.product === undefined) {
    return call('POST /keys/{purpose}/rotate', { path: { purpose: row.purpose }, body })
  }
  const { product, purpose } = row
  return call('POST /products/{product}/keys/{purpose}/rotate', {
    path: { product, purpose },
    body,
  })
}
