/**
 * Carries out the effects of one state after the other: one effect at a time, and one whose state has
 * been left is told to stop and waited for before the next begins. A server that is away never fails
 * an update: its effect is tried until it ends or is left.
 */
import { codeOf, DeviceError, TransferError } from '@fleetward/shared'
import { type Backoff, backoffMs } from '../core/backoff.ts'
import {
  type Effect,
  effectsOf,
  type Update,
  type UpdateEvent,
  type UpdateState,
} from '../core/update-machine.ts'
import type { Ports } from '../ports.ts'
import { aftermathOf } from './aftermath.ts'

export interface EffectLoopOptions {
  readonly ports: Pick<Ports, 'timer' | 'chance' | 'log'>
  readonly backoff: Backoff
  perform(effect: Effect, signal: AbortSignal): Promise<UpdateEvent | undefined>
  /** An effect of `state` ended in `event`. */
  onEvent(event: UpdateEvent, state: UpdateState): void
  /** What the offer named must not be installed. */
  onRefused(update: Update, error: unknown): void
  /** All effects of `state` are done. */
  onDone(state: UpdateState): void
  /** With what nobody foresaw. */
  onFailed(error: unknown): void
}

/** What has begun stands in the way of everything else, so no director may put it off for years. */
const RETRY_AFTER_MAX_MS = 86_400_000

export class EffectLoop {
  readonly #options: EffectLoopOptions
  #current: { readonly abort: AbortController; readonly done: Promise<void> } | undefined

  constructor(options: EffectLoopOptions) {
    this.#options = options
  }

  /** Whether the effect was told to stop and no other has begun since. */
  get isAborted(): boolean {
    return this.#current?.abort.signal.aborted ?? false
  }

  /** Carries out the effects of `state`, one after the other. The one before has been left. */
  begin(state: UpdateState): void {
    const abort = new AbortController()
    const done = this.#performAll(state, abort.signal).catch(this.#options.onFailed)
    this.#current = { abort, done }
  }

  /** Tells the effect under way to stop. */
  abort(): void {
    this.#current?.abort.abort()
  }

  /** The same, and waits until it has ended. */
  async leave(): Promise<void> {
    this.abort()
    await this.#current?.done
  }

  async #performAll(state: UpdateState, signal: AbortSignal): Promise<void> {
    for (const effect of effectsOf(state)) {
      const event = await this.#performPatiently(effect, signal)
      if (signal.aborted) return
      if (event !== undefined) this.#options.onEvent(event, state)
    }
    this.#options.onDone(state)
  }

  async #performPatiently(effect: Effect, signal: AbortSignal): Promise<UpdateEvent | undefined> {
    const { ports, perform, onRefused } = this.#options
    for (let failures = 1; ; failures += 1) {
      try {
        return await perform(effect, signal)
      } catch (error) {
        if (signal.aborted && isAbortion(error)) return undefined
        const aftermath = aftermathOf(effect, error)
        this.#logFailure(effect, error)
        if (aftermath.what === 'goOn') return undefined
        if (aftermath.what === 'event') {
          const { event } = aftermath
          if (event.name === 'offerRefused' && 'update' in effect) onRefused(effect.update, error)
          return event
        }
        await ports.timer.wait(this.#retryDelayMs(effect, failures), signal)
        if (signal.aborted) return undefined
      }
    }
  }

  #retryDelayMs(effect: Effect, failures: number): number {
    const { backoff, ports } = this.#options
    const wishedMs = 'update' in effect ? effect.update.offer.policy.retryAfter * 1000 : 0
    const retryAfterMs = Math.min(wishedMs, RETRY_AFTER_MAX_MS)
    const patience = {
      firstDelayMs: Math.max(backoff.firstDelayMs, retryAfterMs),
      maxDelayMs: Math.max(backoff.maxDelayMs, retryAfterMs),
    }
    return backoffMs(failures, patience, ports.chance.share())
  }

  #logFailure(effect: Effect, error: unknown): void {
    const failure = codeOf(error)
    const facts = { effect: effect.name, ...failure?.facts, code: failure?.code ?? 'none' }
    this.#options.ports.log.write('warning', 'effect-failed', facts)
  }
}

/** What an effect that was told to stop may throw. Anything else is news. */
function isAbortion(error: unknown): boolean {
  return (
    error instanceof TransferError ||
    error instanceof DeviceError ||
    (error instanceof Error && error.name === 'AbortError')
  )
}
