/**
 * Where a running agent is asked for a reset: by its owner, a button, or a signed command. The wish is
 * durable before anybody hears "yes". It is due at once while an update can still be dropped without a
 * trace; once one is armed, the reset waits for its commit or rollback, because a slot on trial must
 * neither become permanent untested nor be given up for a reset.
 */
import { RequestError } from '@fleetward/shared'
import { isBeforeArming, type UpdateState } from '../core/update-machine.ts'
import type { ActivityLog, Chance, Log, Way } from '../ports.ts'
import type { Receipt } from './receipt.ts'
import type { ResetIntent, ResetIntentFile, ResetLevel } from './reset-intent.ts'

export interface ResetDeskOptions {
  readonly device: string
  readonly intents: Pick<ResetIntentFile, 'find' | 'keep'>
  readonly chance: Chance
  readonly log: Log
  readonly activity: Pick<ActivityLog, 'record'>
  state(): UpdateState
  /** Seconds since 1970. */
  now(): number
}

/** What whoever asked is told: the receipt once it is done, or why it has to wait. */
export type ResetAnswer =
  | { readonly state: 'done'; readonly receipt: Receipt }
  | { readonly state: 'waiting'; readonly waitingFor: 'update' }

export class ResetDesk {
  readonly #options: ResetDeskOptions
  readonly #due = Promise.withResolvers<void>()
  readonly #receipt = Promise.withResolvers<Receipt>()
  #wanted: ResetIntent | undefined
  #isDue = false

  constructor(options: ResetDeskOptions) {
    this.#options = options
    this.#receipt.promise.catch(() => {
      // Whoever asked is told; a button does not ask for an answer.
    })
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
  async askConfirmed(level: ResetLevel, by: Way, typed: unknown): Promise<ResetAnswer> {
    const { device, activity } = this.#options
    if (typed !== device) {
      await activity.record({ class: 'access', event: 'reset-not-confirmed', by })
      throw new RequestError('CONFIRMATION_WRONG', { expected: 'the id of the device' })
    }
    return this.ask(level, by)
  }

  /** A factory reset asked for during a lesser one takes its place, never the other way round. */
  async ask(level: ResetLevel, by: Way): Promise<ResetAnswer> {
    const { intents, chance, log, activity, now } = this.#options
    const wanted = this.#wanted
    if (wanted === undefined || (wanted.level !== level && level === 'factory')) {
      const intent = { id: chance.nonce(), level, by, askedAt: now() }
      await activity.record({ class: 'data', event: 'reset-asked', by, facts: { level } })
      await intents.keep(intent)
      this.#wanted = intent
      log.write('info', 'reset-asked', { level, by })
    } else if (wanted.level !== level && wanted.level !== 'factory') {
      throw new RequestError('UPDATE_UNDER_WAY', {
        reason: `a reset is under way: ${wanted.level}`,
      })
    }
    const state = this.#options.state()
    this.stateChanged(state)
    if (!mayReset(state)) return { state: 'waiting', waitingFor: 'update' }
    return { state: 'done', receipt: await this.#receipt.promise }
  }

  stateChanged(state: UpdateState): void {
    if (this.#wanted === undefined || !mayReset(state)) return
    this.#isDue = true
    this.#due.resolve()
  }

  /** Tells whoever waits how the reset ended. */
  async settle(reset: Promise<Receipt | undefined>): Promise<void> {
    try {
      const receipt = await reset
      if (receipt !== undefined) this.#receipt.resolve(receipt)
    } catch (error) {
      this.#receipt.reject(error)
      throw error
    } finally {
      this.#receipt.reject(new RequestError('UPDATE_UNDER_WAY', { reason: 'it waits for a start' }))
    }
  }
}

/** Before arming nothing of an update is anywhere but in the way; between updates there is none. */
export function mayReset(state: UpdateState): boolean {
  return state.name === 'idle' || isBeforeArming(state)
}
