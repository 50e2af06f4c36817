/** Why the engine decided as it did: the rule, and the figures it saw. explain.ts makes the sentence. */
import type { RolloutState } from '../rollout-state.ts'

/** Groups are counted from 0, and named; instants are seconds since 1970, shares 0–1. */
export interface RuleFacts {
  /** It moves by itself only while it is scheduled, running, paused or finished. */
  readonly notRunning: { readonly state: RolloutState; readonly members: number }
  readonly startsLater: { readonly at: number }
  readonly startReached: { readonly name: string }
  readonly overtaken: { readonly by: string }
  readonly errorThreshold: {
    readonly name: string
    readonly failed: number
    readonly silent: number
    readonly accepted: number
    readonly counted: number
    readonly share: number
    readonly minimum: number
  }
  readonly windowClosed: { readonly opensAt: number; readonly zone: string }
  readonly paceReached: { readonly perMinute: number; readonly opened: number }
  readonly bytesReached: { readonly bytesPerMinute: number; readonly artifactBytes: number }
  readonly opening: { readonly name: string; readonly atMost: number; readonly left: number }
  readonly soaking: {
    readonly name: string
    readonly metSeconds: number
    readonly soakSeconds: number
  }
  readonly successShort: {
    readonly name: string
    readonly succeeded: number
    readonly counted: number
    readonly share: number
    readonly minimum: number
  }
  /** All who count have ended, and too few of them well. */
  readonly successOutOfReach: {
    readonly name: string
    readonly succeeded: number
    readonly counted: number
    readonly share: number
    readonly minimum: number
  }
  /** Nobody counts yet, and some may still speak. */
  readonly nobodyYet: {
    readonly name: string
    readonly waitingForConsent: number
    readonly waitingForWindow: number
    readonly waiting: number
    readonly postponed: number
    readonly optedOut: number
    readonly offline: number
  }
  readonly groupPassed: {
    readonly name: string
    readonly succeeded: number
    readonly counted: number
  }
  /** Nobody in the group can take the release: all opted out, are blocked or overtaken, or there is none. */
  readonly groupPassedUntried: {
    readonly name: string
    readonly optedOut: number
    readonly blocked: number
    readonly overtaken: number
  }
  /** Everything is met, but if these failed, the error threshold would be reached. */
  readonly othersAtWork: {
    readonly name: string
    readonly offered: number
    readonly underWay: number
  }
  readonly finished: { readonly succeeded: number; readonly late: number }
  readonly byHand: Record<never, never>
}

export type Rule = keyof RuleFacts

export type Because = {
  readonly [R in Rule]: { readonly rule: R; readonly facts: RuleFacts[R] }
}[Rule]
