/**
 * What follows when one identity seems to be in two places: a finding on the device, an event, and a quarantine where
 * the settings want one. Once per suspicion, until somebody has looked into it.
 */
import type { Logger } from 'pino'
import { SERVER_ACTOR } from '../../accounts/actor.ts'
import { type Clock, secondsOf } from '../../ports.ts'
import type { Database } from '../../stores.ts'
import { quarantine } from '../fleet.ts'
import type { CloneWatch } from './clone-watch.ts'

export interface Suspected {
  readonly product: string
  readonly device: string
  readonly watch: CloneWatch
}

export interface CloneAlarmNeeds {
  readonly stores: Database
  readonly clock: Clock
  readonly log: Logger
  readonly quarantines: boolean
  /** What it may read has changed. */
  accessChanged(device: string): Promise<void>
}

export class CloneAlarm {
  readonly #needs: CloneAlarmNeeds

  constructor(needs: CloneAlarmNeeds) {
    this.#needs = needs
  }

  /** Never rejects: the next sign raises the alarm that was not written. */
  async raise({ product, device, watch }: Suspected): Promise<void> {
    const { stores, clock, log, quarantines } = this.#needs
    const at = secondsOf(clock)
    const { returns, conflicts, wentBack } = watch
    try {
      const isNew = await stores.transaction(async (within) => {
        const found = await within.fleet.find(product, device)
        if (found === undefined || found.isCloneSuspected || found.revokedAt !== undefined) {
          return false
        }
        await within.fleet.setCloneSuspected(product, device, at)
        const signs = { returns, conflicts, wentBack }
        await within.audit.append({
          ...{ at, actor: SERVER_ACTOR, action: 'device.clone-suspected', product },
          ...{ subject: `device/${device}`, after: signs, outcome: 'done' },
        })
        await within.events.add({
          ...{ at, type: 'device.clone-suspected', product, data: { device, ...signs } },
        })
        if (quarantines && !found.isQuarantined) {
          const reason = 'One identity seems to be in two places'
          await quarantine(within, { product, device, reason, at, by: SERVER_ACTOR })
        }
        return true
      })
      if (!isNew) return
      log.warn({ device, product, returns, conflicts, wentBack }, 'one identity in two places')
      if (quarantines) await this.#needs.accessChanged(device)
    } catch (error) {
      log.error({ err: error, device }, 'a suspicion was not written')
    }
  }
}
