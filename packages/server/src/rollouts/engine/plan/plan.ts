/**
 * What an operator decides before a rollout begins: in which groups, how fast, when, and when it stops
 * by itself. Data; plan-mistakes.ts says what contradicts itself, next-move.ts carries it out.
 * Instants are seconds since 1970.
 */

export interface RolloutPlan {
  /** At least one; they open in this order. */
  readonly groups: readonly GroupPlan[]
  /** Without one, a group opens all at once. */
  readonly pace?: Pace
  /** Artifact bytes of the devices that are opened in a minute. */
  readonly bytesPerMinute?: number
  readonly start: Start
  /** When devices may be opened; with zone `device`, when they may begin to install. */
  readonly window?: OperatorsWindow
  readonly urgency: Urgency
  /** 0–1000; of a cohort's rollouts of one kind the one with the higher number goes first. */
  readonly priority: number
  /** A device that was seen after its offer and has come to no end within this has failed. */
  readonly silenceSeconds: number
  /** An earlier version that devices go back to when the rollout stops itself (fleet-return.ts). */
  readonly returnTo?: string
}

export interface GroupPlan {
  readonly name: string
  readonly members: GroupMembers
  readonly success: {
    /** 0–1, of the devices that count (progress.ts). */
    readonly share: number
    /** At least so many devices must have succeeded, or all that can. */
    readonly minimum: number
    /** For how long the share must have been met without a break. */
    readonly soakSeconds: number
    readonly afterwards: 'next' | 'pause'
  }
  /** Both must be reached. */
  readonly error: { readonly share: number; readonly minimum: number }
}

export type GroupMembers =
  /** 0–1 of the cohort's ten-thousandths (protocol §5.3), counted from where the group before ends. */
  | { readonly share: number }
  | { readonly count: number }
  /** A filter takes its devices before any share or count does, wherever its group stands. */
  | { readonly filter: string }
  | { readonly rest: true }

export type Pace =
  | { readonly kind: 'fixed'; readonly devicesPerMinute: number }
  | {
      readonly kind: 'exponential'
      readonly startPerMinute: number
      /** The pace is multiplied by this each time `everySuccesses` more devices have succeeded. */
      readonly factor: number
      readonly everySuccesses: number
      readonly maxPerMinute: number
    }

/** Neither: at once. */
export interface Start {
  readonly at?: number
  /** The first time that it names after the operator said start. */
  readonly cron?: CronStart
}

export interface CronStart {
  readonly expression: string
  /** IANA name. */
  readonly zone: string
}

export interface OperatorsWindow {
  /** 1 Monday to 7 Sunday, of the day on which the window opens. */
  readonly weekdays: readonly number[]
  /** `HH:MM`; a `to` at or before `from` is on the next day. */
  readonly from: string
  readonly to: string
  /** IANA name; `device`: each device's own time zone, and the device holds itself to it. */
  readonly zone: string
}

/** In the zone of a place; only such a one holds the opening at the server. */
export const DEVICE_ZONE = 'device'

export const URGENCIES = ['soft', 'deadline', 'forced'] as const
export type Urgency = (typeof URGENCIES)[number]
