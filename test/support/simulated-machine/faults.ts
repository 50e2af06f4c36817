/**
 * Accidents as data: what happens, and at which step. Steps are counted over everything a device does
 * to its disk, its network and its product, through all its boots, so a list of faults names one
 * course of events exactly.
 */
import type { DiskOperation, Verdict } from '../simulated-disk/simulated-disk.ts'
import type { Survival } from '../simulated-disk/survival.ts'

export type Fault =
  /** The power fails before the step, or half way through it. */
  | {
      readonly what: 'cut'
      readonly at: number
      readonly inside: boolean
      readonly survives: Survival
    }
  /** The process is killed: what it wrote is there, what it did not sync may still be lost. */
  | { readonly what: 'kill'; readonly at: number; readonly inside: boolean }
  /** The disk refuses this one operation. */
  | { readonly what: 'EIO' | 'ENOSPC'; readonly at: number }
  /** Somebody else fills the disk at this step, and gives the room back after some hours. */
  | { readonly what: 'full'; readonly at: number }
  /** The power fails, and at the next boot one file holds something else, or cannot be read. */
  | { readonly what: 'damage'; readonly at: number; readonly file: string; readonly how: Damage }
  | { readonly what: 'clock'; readonly at: number; readonly to: ClockJump }
  | { readonly what: 'network'; readonly at: number; readonly how: NetworkTrouble }

export const DAMAGES = ['empty', 'half', 'rubbish', 'unreadable'] as const
export type Damage = (typeof DAMAGES)[number]

/** `-1h` and the years are set right again after some hours; 1970 too, by the next boot with a network. */
export const CLOCK_JUMPS = ['1970', '+10y', '-1h', '-1y'] as const
export type ClockJump = (typeof CLOCK_JUMPS)[number]

export const NETWORK_TROUBLES = [
  /** This one exchange breaks off. */
  'lost',
  /** The server answers it with 503. */
  '503',
  /** The answer begins elsewhere in the file than it says. */
  'elsewhere',
  /** Nothing gets through for two days. */
  'away',
  /** Everything but reports gets through for two days. */
  'unheard',
] as const
export type NetworkTrouble = (typeof NETWORK_TROUBLES)[number]

/** One step of a course: what a fault can hit. */
export interface Step {
  readonly kind: DiskOperation['kind'] | 'network' | 'product'
  readonly name: string
  readonly path: string
  readonly allocates: boolean
  readonly hasMiddle: boolean
  readonly unsynced: DiskOperation['unsynced']
  /** The machine's state as it was saved last. */
  readonly state: string
}

/** What the step's own world has to do about it. */
export type StepVerdict = Verdict | { readonly what: NetworkTrouble }

/** Counts the steps and says what befalls each. */
export class FaultReferee {
  readonly steps: Step[] = []
  readonly #faults: readonly Fault[]
  readonly #onFault: (fault: Fault) => void

  constructor(faults: readonly Fault[], onFault: (fault: Fault) => void) {
    this.#faults = faults
    this.#onFault = onFault
  }

  /** From 1. */
  get count(): number {
    return this.steps.length
  }

  next(step: Step): StepVerdict | undefined {
    this.steps.push(step)
    let verdict: StepVerdict | undefined
    for (const fault of this.#faults) {
      if (fault.at !== this.steps.length) continue
      this.#onFault(fault)
      verdict = verdictOf(fault, step) ?? verdict
    }
    return verdict
  }
}

function verdictOf(fault: Fault, step: Step): StepVerdict | undefined {
  switch (fault.what) {
    case 'cut':
    case 'kill':
      return { what: 'end', inside: fault.inside && step.hasMiddle }
    case 'damage':
      return { what: 'end', inside: false }
    case 'EIO':
    case 'ENOSPC':
      return { what: 'errno', errno: fault.what }
    case 'network':
      return { what: fault.how }
    default:
      return undefined
  }
}
