/** Who calls with an API token: no more than its scopes, and never more than its account may do now. */

import { USED_EVERY_SECONDS } from '../../accounts/api-token.ts'
import type { ApiTokenStore } from '../../accounts/api-token-store.ts'
import type { RequestRights } from '../../accounts/current-rights.ts'
import { narrowed } from '../../accounts/rights.ts'
import { parseSecretToken, secretFits } from '../../accounts/secret-token.ts'
import { type Clock, secondsOf } from '../../ports.ts'
import { addressOf } from '../address.ts'
import { HttpError } from '../problem.ts'
import { bearerOf } from './bearer.ts'
import type { Authenticate } from './guard.ts'

export interface TokenCallerNeeds {
  readonly apiTokens: ApiTokenStore
  readonly rights: RequestRights
  readonly clock: Clock
}

export function tokenCaller({ apiTokens, rights, clock }: TokenCallerNeeds): Authenticate {
  return async (request) => {
    const parsed = parseSecretToken('fwt', bearerOf(request) ?? '')
    if (parsed === undefined) return undefined
    const found = await apiTokens.find(parsed.id)
    if (!secretFits(parsed.secret, found?.sha256) || found === undefined) return undefined
    const { token, account } = found
    if (account.disabledAt !== undefined) return undefined
    const at = secondsOf(clock)
    if (at >= token.expiresAt) {
      throw new HttpError(401, 'TOKEN_EXPIRED', 'The time of this token is over; make a new one', {
        facts: { id: token.id, expiredAt: token.expiresAt },
      })
    }
    if (token.lastUsedAt === undefined || at - token.lastUsedAt >= USED_EVERY_SECONDS) {
      await apiTokens.used(token.id, at)
    }
    return {
      actor: {
        ...{ kind: account.kind, id: account.id, name: account.name, via: 'token' },
        person: account.kind === 'person' ? account.id : account.owner,
        ...{ address: addressOf(request), credential: token.id },
      },
      rights: narrowed(await rights.of(account), token),
    }
  }
}
