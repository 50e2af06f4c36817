/** A person's stay after signing in. Pure. */

/** By what somebody proved who they are; each but `password` is worth a fresh proof. */
export const FACTORS = [
  'passkey',
  'password',
  'totp',
  'recoveryCode',
  'oidc',
  'breakGlass',
] as const
export type Factor = (typeof FACTORS)[number]

export interface Session {
  readonly id: string
  readonly account: string
  readonly factors: readonly Factor[]
  /** Seconds since 1970. */
  readonly openedAt: number
  /** To the minute. */
  readonly seenAt: number
  /** The last proof of the second factor. */
  readonly provedAt: number
  readonly address: string | undefined
  readonly userAgent: string
}

export interface SessionLimits {
  readonly idleSeconds: number
  readonly totalSeconds: number
}

const EVERYDAY: SessionLimits = { idleSeconds: 3600, totalSeconds: 12 * 3600 }
/** For the day of an emergency, not for the week after. */
const BREAK_GLASS: SessionLimits = { idleSeconds: 900, totalSeconds: 3600 }

/** Between two notes of when a session was last seen. */
export const SEEN_EVERY_SECONDS = 60
export const SESSIONS_PER_ACCOUNT_MAX_COUNT = 20
export const USER_AGENT_MAX_CHARACTERS = 200

export function limitsOf({ breakGlass }: { readonly breakGlass: boolean }): SessionLimits {
  return breakGlass ? BREAK_GLASS : EVERYDAY
}

export function isOver(
  { openedAt, seenAt }: Pick<Session, 'openedAt' | 'seenAt'>,
  { idleSeconds, totalSeconds }: SessionLimits,
  now: number,
): boolean {
  return now - seenAt >= idleSeconds || now - openedAt >= totalSeconds
}
