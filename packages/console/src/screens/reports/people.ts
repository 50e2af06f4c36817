/** People by the id of their account, for who may know them; everybody knows oneself. */
import { call } from '../../api/call.ts'
import { useAsked } from '../../live/asked.ts'
import { may, me } from '../../live/me.ts'

const ACCOUNTS_COUNT = 500

export function usePeople(): ReadonlyMap<string, string> {
  const accounts = useAsked(async (signal) => {
    if (!may('account.read')) return []
    const query = { kind: 'person' as const, limit: ACCOUNTS_COUNT }
    return (await call('GET /accounts', { query, signal })).value
  }, [])
  const own = me.value?.account
  return new Map([
    ...(own === undefined ? [] : [[own.id, own.name] as const]),
    ...(accounts.value ?? []).map(({ id, name }) => [id, name] as const),
  ])
}
