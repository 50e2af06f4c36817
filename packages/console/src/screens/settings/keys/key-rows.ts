/** Keys of the server and of its products as rows of one table, what signs before what waits or went. Pure. */
import type { ProductKeys, ServerKeys } from '../../../api/operator-api.gen.ts'

export interface KeysOf {
  readonly server: ServerKeys
  readonly products: readonly (ProductKeys & { readonly product: string })[]
}

interface Key {
  readonly id: string
  readonly state: 'waiting' | 'signs' | 'former'
  /** Seconds since 1970. */
  readonly createdAt: number
}

export type KeyRow = Key &
  (
    | { readonly product: undefined; readonly purpose: 'fleet-ca' | 'server-ca' | 'advisories' }
    | {
        readonly product: string
        readonly purpose: Exclude<ProductKeys['keys'][number]['purpose'], 'fleet-ca'>
      }
  )

const ORDER: readonly Key['state'][] = ['signs', 'waiting', 'former']

export function keyRows({ server, products }: KeysOf): readonly KeyRow[] {
  const ofServer = (purpose: 'fleet-ca' | 'server-ca' | 'advisories', key: Key): KeyRow => ({
    ...{ product: undefined, purpose, id: key.id, state: key.state, createdAt: key.createdAt },
  })
  const rows: KeyRow[] = [
    ofServer('server-ca', { ...server.serverCa, state: 'signs' }),
    ...server.fleetCa.map((key) => ofServer('fleet-ca', key)),
    ...server.advisories.map((key) => ofServer('advisories', key)),
    ...products.flatMap(({ product, keys }) =>
      // The fleet's authority is one of the server, which products only list.
      keys.flatMap(({ id, state, createdAt, purpose }) =>
        purpose === 'fleet-ca' ? [] : [{ product, purpose, id, state, createdAt }],
      ),
    ),
  ]
  return rows.toSorted((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state))
}
