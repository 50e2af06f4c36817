/**
 * Who may use the operator API: whoever has the administrator's token, made at the first start. This
 * is the door at which accounts will stand; routes behind it need not know which of the two let a
 * caller in.
 *
 * The database has only a digest. A plain SHA-256 is enough, because the token is 256 bits of chance
 * and not a password somebody chose.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { writeFileDurably } from '@fleetward/platform'
import type { RequestHandler } from 'express'
import { HttpError } from './problem.ts'

export interface AccessTokenStore {
  /** SHA-256 (hex) of every token that opens the door. */
  digests(): Promise<readonly string[]>
  save(name: string, sha256: string, now: Date): Promise<void>
}

const ADMINISTRATOR = 'administrator'
const TOKEN = /^fwa_[A-Za-z0-9_-]{43}$/

/**
 * Makes the administrator's token at the first start. The file comes first: after a crash between
 * the two, the next start takes the token that is in the file. Later the file may be moved away.
 */
export async function ensureAdminToken(
  store: AccessTokenStore,
  file: string,
  now: Date,
): Promise<void> {
  if ((await store.digests()).length > 0) return
  let token = await leftFromACrash(file)
  if (token === undefined) {
    token = `fwa_${randomBytes(32).toString('base64url')}`
    await writeFileDurably(file, `${token}\n`, { mode: 0o600 })
  }
  await store.save(ADMINISTRATOR, sha256(token).toString('hex'), now)
}

/** RFC 6750 §2.1; the answer to a refusal carries RFC 6750 §3's challenge. */
export function requireAccess(store: AccessTokenStore): RequestHandler {
  return async (request, response, next) => {
    const [scheme, token, ...rest] = (request.get('authorization') ?? '').split(' ')
    const isBearer = scheme?.toLowerCase() === 'bearer' && rest.length === 0
    if (isBearer && token !== undefined && (await opens(store, token))) return next()
    response.set('WWW-Authenticate', 'Bearer realm="fleetward"')
    throw new HttpError(
      401,
      'ACCESS_DENIED',
      'Send the administrator token of the server: Authorization: Bearer <token>',
    )
  }
}

async function opens(store: AccessTokenStore, token: string): Promise<boolean> {
  const offered = sha256(token)
  let found = false
  for (const digest of await store.digests()) {
    // Constant time, and no early end: how much of a digest agrees is nobody's business.
    found = timingSafeEqual(Buffer.from(digest, 'hex'), offered) || found
  }
  return found
}

async function leftFromACrash(file: string): Promise<string | undefined> {
  try {
    const token = (await readFile(file, 'utf8')).trim()
    return TOKEN.test(token) ? token : undefined
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
