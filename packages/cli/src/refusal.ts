/**
 * Why a command ends without having done its work: what happened, why, and what to do next. Refused
 * is exit code 1; a command line that cannot be understood is exit code 2.
 */
import type { Facts } from '@fleetward/shared'

export const EXIT_OK = 0
export const EXIT_REFUSED = 1
export const EXIT_USAGE = 2

export interface RefusalDetails {
  /** The next step for the person who typed the command, a sentence. */
  readonly next: string
  readonly facts?: Facts
  /** The command line itself is wrong. */
  readonly usage?: boolean
  readonly cause?: unknown
}

export class Refusal extends Error {
  override readonly name = 'Refusal'
  /** Stable, for scripts that read `--json`. */
  readonly code: string
  readonly next: string
  readonly facts: Facts
  readonly exitCode: number

  constructor(code: string, message: string, details: RefusalDetails) {
    super(message, { cause: details.cause })
    this.code = code
    this.next = details.next
    this.facts = details.facts ?? {}
    this.exitCode = details.usage === true ? EXIT_USAGE : EXIT_REFUSED
  }
}
