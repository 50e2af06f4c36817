/** What readiness looks at. */
import type { BrokerHealth } from '../broker/broker-health.ts'
import type { Clock } from '../ports.ts'
import type { Part, PartState } from './readiness.ts'

/** Devices take what is up to 5 minutes ahead of their clock (protocol §5.4); the server warns before they refuse. */
const CLOCK_TOLERANCE_SECONDS = 120

export interface DatabaseAnswer {
  /** Seconds. */
  readonly signedAt: number
  readonly now: number | undefined
}

export function databasePart(ask: () => Promise<DatabaseAnswer>): Part {
  return {
    name: 'database',
    look: async () => {
      await ask()
      return { isReady: true }
    },
  }
}

/** Against what was signed last, and against the database's clock where it has one. */
export function clockPart(clock: Clock, ask: () => Promise<DatabaseAnswer>): Part {
  return {
    name: 'clock',
    look: async () => {
      // The database away is another part's matter: then nothing is known against the clock.
      const times = await ask().catch(() => undefined)
      return times === undefined ? { isReady: true } : clockState(clock.now(), times)
    },
  }
}

export function clockState(now: Date, { signedAt, now: there }: DatabaseAnswer): PartState {
  const seconds = now.getTime() / 1000
  const behind = Math.round(signedAt - seconds)
  if (behind > CLOCK_TOLERANCE_SECONDS) {
    return { isReady: false, says: `${behind} s behind what was signed last` }
  }
  const apart = there === undefined ? 0 : Math.round(seconds - there)
  if (Math.abs(apart) > CLOCK_TOLERANCE_SECONDS) {
    return { isReady: false, says: `${apart} s from the clock of the database` }
  }
  return { isReady: true }
}

export function brokerPart(health: () => BrokerHealth): Part {
  return {
    name: 'broker',
    look: async () => {
      const { isReachable, because } = health()
      return {
        isReady: isReachable,
        ...(isReachable || because === undefined ? {} : { says: because }),
      }
    },
  }
}

/** `probe` rejects when artifacts cannot be read or written. */
export function artifactsPart(probe: () => Promise<void>): Part {
  return {
    name: 'artifacts',
    look: async () => {
      await probe()
      return { isReady: true }
    },
  }
}

/** An instance that follows is as ready as the one that leads. */
export function leadershipPart(leads: () => boolean): Part {
  return {
    name: 'leadership',
    look: async () => ({ isReady: true, says: leads() ? 'leads' : 'follows' }),
  }
}
