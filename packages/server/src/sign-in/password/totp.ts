/**
 * One-time passwords of authenticator apps: RFC 6238 over RFC 4226 with SHA-1, six digits and 30 seconds, which is what
 * every app knows; some quietly ignore any other parameter.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { base32 } from './base32.ts'

/** 160 bits, RFC 4226 §4 R6. */
export const TOTP_SECRET_BYTES = 20
const STEP_SECONDS = 30
const DIGITS = 6
/** Clocks of phones are a little off, and people type slowly: one step back and one ahead, RFC 6238 §5.2. */
const DRIFT_STEPS = [0, -1, 1] as const

/** RFC 4226 §5.3 for the time step (RFC 6238 §4.2). */
export function totpAt(secret: Uint8Array, step: number, digits = DIGITS): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const offset = mac.readUInt8(mac.length - 1) & 0x0f
  const binary = mac.readUInt32BE(offset) & 0x7fff_ffff
  return String(binary % 10 ** digits).padStart(digits, '0')
}

export function stepAt(seconds: number): number {
  return Math.floor(seconds / STEP_SECONDS)
}

/**
 * The step whose code this is; undefined when it is none, or one of a step that was used already or lies before one: a
 * code that somebody looked over a shoulder for is worth nothing (RFC 6238 §5.2). Every candidate is compared.
 */
export function matchingStep(
  code: string,
  secret: Uint8Array,
  { now, lastStep }: { readonly now: number; readonly lastStep: number },
): number | undefined {
  const offered = Buffer.from(
    code
      .replace(/[\s-]/g, '')
      .padEnd(DIGITS)
      .slice(0, DIGITS + 1),
  )
  let found: number | undefined
  for (const drift of DRIFT_STEPS) {
    const step = stepAt(now) + drift
    const expected = Buffer.from(totpAt(secret, step))
    const isEqual = offered.length === expected.length && timingSafeEqual(offered, expected)
    if (isEqual && step > lastStep) found ??= step
  }
  return found
}

/** The key URI that authenticator apps read, mostly as a QR code. */
export function totpUri(secret: Uint8Array, issuer: string, account: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=${encodeURIComponent(issuer)}`
}
