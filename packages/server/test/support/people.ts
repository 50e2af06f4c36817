/** People and programs with rights, on a running server: they come in by its real sessions and tokens. */
import { randomBytes } from 'node:crypto'
import { type Account, newAccountId } from '../../src/accounts/account.ts'
import { USED_EVERY_SECONDS } from '../../src/accounts/api-token.ts'
import { PERMISSIONS, type Permission } from '../../src/accounts/permission.ts'
import { EVERYWHERE, type Grant } from '../../src/accounts/rights.ts'
import { newSecretToken } from '../../src/accounts/secret-token.ts'
import { Sessions } from '../../src/accounts/sessions.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import { type Clock, secondsOf } from '../../src/ports.ts'
import type { Database } from '../../src/stores.ts'
import { assertAudited } from './audited.ts'

/** What people.ts needs of a server under test; {@link TestServer} has it. */
export interface Inhabited {
  readonly clock: Clock
  readonly edge: { readonly database: Parameters<typeof sqlStores>[0] } | undefined
  url(path: string): string
}

export interface PersonAnswer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared, not computed with
  readonly body: any
}

/** How somebody says who is calling. */
interface Credential {
  readonly cookie?: string
  readonly authorization?: string
  readonly 'sec-fetch-site'?: string
  readonly 'x-fleetward'?: string
}

export class Caller {
  readonly account: Account
  readonly credential: Credential
  readonly #server: Inhabited

  constructor(server: Inhabited, account: Account, credential: Credential) {
    this.#server = server
    this.account = account
    this.credential = credential
  }

  /** `path` below /api/1. Bytes are sent as they are. */
  async call(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<PersonAnswer> {
    const response = await fetch(this.#server.url(`/api/1${path}`), {
      method,
      headers: {
        ...this.credential,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body instanceof Uint8Array ? new Uint8Array(body) : (JSON.stringify(body) ?? null),
    })
    const text = await response.text()
    await assertAudited(this.#server.edge?.database, { method, path, body }, response, text)
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    }
  }
}

export function storesOf({ edge }: Inhabited): Database {
  if (edge === undefined) throw new Error('The server is not running')
  return sqlStores(edge.database)
}

/** A person with these grants who has just signed in. `provedAgo`: seconds since the last proof. */
export async function signedIn(
  server: Inhabited,
  grants: readonly Grant[],
  { provedAgo = 0, breakGlass = false } = {},
): Promise<Caller> {
  const name = `person-${randomBytes(4).toString('hex')}`
  const account = await newAccount(server, grants, { kind: 'person', login: name, breakGlass })
  return signIn(server, account, { provedAgo })
}

/** What a browser on a page of the server sends. */
export async function signIn(
  server: Inhabited,
  account: Account,
  { provedAgo = 0 } = {},
): Promise<Caller> {
  const sessions = new Sessions({
    ...{ database: storesOf(server), clock: server.clock, isSecure: false },
  })
  const { cookie } = await sessions.open(account, {
    ...{ factors: ['passkey'], address: '127.0.0.1', userAgent: 'test' },
    provedAt: nowSeconds(server) - provedAgo,
  })
  return new Caller(server, account, {
    ...{ cookie: cookie.split(';')[0] ?? '', 'sec-fetch-site': 'same-origin', 'x-fleetward': '1' },
  })
}

export function service(server: Inhabited, owner: Account, grants: readonly Grant[]) {
  return newAccount(server, grants, { kind: 'service', owner: owner.id })
}

export async function withToken(
  server: Inhabited,
  account: Account,
  {
    scopes = PERMISSIONS,
    product = EVERYWHERE,
    validSeconds = 3600,
  }: { scopes?: readonly Permission[]; product?: string; validSeconds?: number } = {},
): Promise<Caller> {
  const now = nowSeconds(server)
  const { text, id, sha256 } = newSecretToken('fwt')
  await storesOf(server).apiTokens.add({
    sha256,
    token: {
      ...{ id, account: account.id, name: 'test', scopes, product, createdAt: now },
      parent: undefined,
      ...{ createdBy: account.id, expiresAt: now + validSeconds },
      // Not noted at each first use, which would make every call of the matrix a write.
      lastUsedAt: now + USED_EVERY_SECONDS,
    },
  })
  return new Caller(server, account, { authorization: `Bearer ${text}` })
}

async function newAccount(
  server: Inhabited,
  grants: readonly Grant[],
  more: Partial<Account> & Pick<Account, 'kind'>,
): Promise<Account> {
  const { accounts } = storesOf(server)
  const id = newAccountId()
  await accounts.add({
    ...{ id, name: more.login ?? id, login: undefined, owner: undefined, breakGlass: false },
    ...{ createdAt: nowSeconds(server), disabledAt: undefined, revision: 1 },
    ...more,
  })
  for (const { role, product } of grants) {
    await accounts.grant({
      ...{ account: id, role, product, grantedAt: nowSeconds(server), grantedBy: 'server' },
    })
  }
  const account = await accounts.find(id)
  if (account === undefined) throw new Error('The account was not added')
  return account
}

function nowSeconds({ clock }: Inhabited): number {
  return secondsOf(clock)
}
