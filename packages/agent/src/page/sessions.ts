/**
 * Who is let in, in memory alone: a restart or a reset ends every session. A session has two halves.
 * The cookie is one that scripts cannot read; the token is one that no other port of this host
 * is sent, as cookies are. Both are needed for everything.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { sha256Hex } from '@fleetward/shared'

const SESSIONS_MAX_COUNT = 8
const LIFETIME_MS = 12 * 3_600_000
const IDLE_MS = 3_600_000

export interface OpenedSession {
  readonly cookie: string
  readonly token: string
}

export interface Session {
  endsInSeconds(): number
  /** Aborts when the session ends: streams end with it. */
  readonly ended: AbortSignal
}

interface Kept {
  readonly endsAtMs: number
  readonly tokenDigest: string
  readonly end: AbortController
  lastUseMs: number
}

export class Sessions {
  /** By digest of the cookie: the memory of the agent holds nothing that opens a session. */
  readonly #kept = new Map<string, Kept>()

  /** The oldest one makes room. `nowMs` never goes back. */
  open(nowMs: number): OpenedSession {
    this.#endOld(nowMs)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size >= SESSIONS_MAX_COUNT && oldest !== undefined) this.#end(oldest)
    const cookie = randomBytes(32).toString('base64url')
    const token = randomBytes(32).toString('base64url')
    const end = new AbortController()
    this.#kept.set(digestOf(cookie), {
      tokenDigest: digestOf(token),
      end,
      ...{ endsAtMs: nowMs + LIFETIME_MS, lastUseMs: nowMs },
    })
    return { cookie, token }
  }

  find(cookie: string | undefined, token: string | undefined, nowMs: number): Session | undefined {
    this.#endOld(nowMs)
    if (cookie === undefined || token === undefined) return undefined
    const kept = this.#kept.get(digestOf(cookie))
    if (kept === undefined || !isEqual(kept.tokenDigest, digestOf(token))) return undefined
    kept.lastUseMs = nowMs
    const endsInSeconds = () => Math.floor((kept.endsAtMs - nowMs) / 1000)
    return { endsInSeconds, ended: kept.end.signal }
  }

  close(cookie: string): void {
    this.#end(digestOf(cookie))
  }

  closeAll(): void {
    for (const digest of [...this.#kept.keys()]) this.#end(digest)
  }

  #endOld(nowMs: number): void {
    for (const [digest, { endsAtMs, lastUseMs }] of this.#kept) {
      if (nowMs >= endsAtMs || nowMs - lastUseMs >= IDLE_MS) this.#end(digest)
    }
  }

  #end(digest: string): void {
    this.#kept.get(digest)?.end.abort()
    this.#kept.delete(digest)
  }
}

function digestOf(secret: string): string {
  return sha256Hex(Buffer.from(secret, 'utf8'))
}

function isEqual(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one), Buffer.from(other))
}
