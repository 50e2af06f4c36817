/**
 * Where a running agent is asked for a reset: by its owner, a button, or a signed command. The wish is
 * durable before anybody hears "yes". It is due at once while an update can still be dropped without a
 * trace; once one is armed, the reset waits for its commit or rollback, because a slot on trial must
 * neither become permanent untested nor be given up for a reset.
 */
import { RequestError } from '@fleetward/shared'
import { isBeforeArming, type UpdateState } from '../core/update-machine.ts'
import type { ActivityLog, Chance, Log, Timer, Way } from '../ports.ts'
import type { ResetIntent, ResetIntentFile, ResetLevel } from './reset-intent.ts'

export interface ResetDeskOptions {
  readonly device: string
  readonly intents: Pick<ResetIntentFile, 'find' | 'keep'>
  readonly chance: Chance
  readonly timer: Timer
  readonly log: Log
  readonly activity: Pick<ActivityLog, 'record'>
  state(): UpdateState
  /** Seconds since 1970. */
  now(): number
}

/** What whoever asked is told: the receipt follows under this id, once the agent is back. */
export interface ResetAnswer {
  readonly id: string
  readonly level: ResetLevel
  /** `waiting`: an update has to be committed or rolled back first. */
  readonly state: 'begun' | 'waiting'
}

export interface Asking {
  readonly level: ResetLevel
  readonly by: Way
  /** Aborts when the answer is out: the run, and with it every connection, ends only then. */
  readonly answered?: AbortSignal
}

/** For an answer that nobody ever fetches. */
const ANSWER_MS = 5000

export class ResetDesk {
  readonly #options: ResetDeskOptions
  readonly #due = Promise.withResolvers<void>()
  #wanted: ResetIntent | undefined
  #isDue = false

  constructor(options: ResetDeskOptions) {
    this.#options = options
  }

  /** Resolves when the run has to end for a reset; the intent is on the disk then. */
  get due(): Promise<void> {
    return this.#due.promise
  }

  get isDue(): boolean {
    return this.#isDue
  }

  /** One that waited for an update when the agent started goes on waiting. */
  async resume(): Promise<void> {
    this.#wanted = await this.#options.intents.find()
    this.stateChanged(this.#options.state())
  }

  /** `typed` is what the person typed to confirm: the device's id. */
  async askConfirmed(asking: Asking, typed: unknown): Promise<ResetAnswer> {
    const { device, activity } = this.#options
    if (typed !== device) {
      await activity.record({ class: 'access', event: 'reset-not-confirmed', by: asking.by })
      throw new RequestError('CONFIRMATION_WRONG', { expected: 'the id of the device' })
    }
    return this.ask(asking)
  }

  /** A factory reset asked for during a lesser one takes its place, never the other way round. */
  async ask({ level, by, answered }: Asking): Promise<ResetAnswer> {
    const { intents, chance, log, activity, timer, now } = this.#options
    let wanted = this.#wanted
    if (wanted === undefined || (wanted.level !== level && level === 'factory')) {
      wanted = { id: chance.nonce(), level, by, askedAt: now() }
      await activity.record({ class: 'data', event: 'reset-asked', by, facts: { level } })
      await intents.keep(wanted)
      this.#wanted = wanted
      log.write('info', 'reset-asked', { level, by })
    } else if (wanted.level !== level && wanted.level !== 'factory') {
      throw new RequestError('UPDATE_UNDER_WAY', { reason: `under way: ${wanted.level}` })
    }
    const state = this.#options.state()
    const told = { id: wanted.id, level: wanted.level }
    if (answered === undefined) this.stateChanged(state)
    else {
      void timer.wait(ANSWER_MS, answered).then(() => this.stateChanged(this.#options.state()))
    }
    return { ...told, state: mayReset(state) ? 'begun' : 'waiting' }
  }

  stateChanged(state: UpdateState): void {
    if (this.#wanted === undefined || !mayReset(state)) return
    this.#isDue = true
    this.#due.resolve()
  }
}

/** Before arming nothing of an update is anywhere but in the way; between updates there is none. */
export function mayReset(state: UpdateState): boolean {
  return state.name === 'idle' || isBeforeArming(state)
}
