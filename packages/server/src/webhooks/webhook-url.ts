/** What may stand in a webhook's address. Where it really leads is looked at again at each delivery. Pure. */
import { type BlockList, isIP } from 'node:net'
import { isReachable } from './reachable-address.ts'

const URL_MAX_CHARACTERS = 2_000

export type UrlFlaw =
  | 'no address'
  | 'not https'
  | 'user or password in it'
  | 'fragment in it'
  | 'address not reachable'

export function flawOf(
  text: string,
  { allowHttp, allowed }: { readonly allowHttp: boolean; readonly allowed: BlockList },
): UrlFlaw | undefined {
  const url = text.length <= URL_MAX_CHARACTERS ? URL.parse(text) : null
  if (url === null || url.hostname === '') return 'no address'
  if (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:')) return 'not https'
  if (url.username !== '' || url.password !== '') return 'user or password in it'
  if (url.hash !== '') return 'fragment in it'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return isIP(host) !== 0 && !isReachable(host, allowed) ? 'address not reachable' : undefined
}
