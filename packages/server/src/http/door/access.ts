/**
 * The machine's token, made at the first start: whoever reads that file on the server's machine is its
 * administrator. No person answers for it, so it never approves; `"machineToken": false` shuts it out.
 *
 * The database has only a digest. A plain SHA-256 is enough, because the token is 256 bits of chance
 * and not a password somebody chose.
 */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { writeFileDurably } from '@fleetward/platform'
import { machineActor } from '../../accounts/actor.ts'
import { PERSONS_ALONE } from '../../accounts/permission.ts'
import { EVERYWHERE, rightsOf, without } from '../../accounts/rights.ts'
import { addressOf } from '../address.ts'
import { bearerOf } from './bearer.ts'
import type { Authenticate } from './guard.ts'

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

const MACHINE_RIGHTS = without(
  rightsOf([{ role: 'administrator', product: EVERYWHERE }]),
  PERSONS_ALONE,
)

export function machineCaller(store: AccessTokenStore): Authenticate {
  // The token is made before the first request and never changes while the server runs.
  let known: Promise<readonly string[]> | undefined
  return async (request) => {
    const token = bearerOf(request)
    if (token === undefined || !TOKEN.test(token)) return undefined
    known ??= store.digests()
    const digests = await known.catch((error: unknown) => {
      known = undefined
      throw error
    })
    if (!opens(digests, token)) return undefined
    return { actor: machineActor(addressOf(request)), rights: MACHINE_RIGHTS }
  }
}

function opens(digests: readonly string[], token: string): boolean {
  const offered = sha256(token)
  let found = false
  for (const digest of digests) {
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
  return hash('sha256', text, 'buffer')
}
