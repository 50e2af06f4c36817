/**
 * Several servers on one database. Any of them answers requests and takes reports; what only one should do at a
 * time (signing anew, moving rollouts, publishing, deleting what is old) the *leader* does. Whoever leads may
 * change at any moment, and for a moment two may believe it: everything a leader does is one transaction on the
 * state it read, so the second finds it done.
 */

/** What one server tells the others about; the news itself is in the database. */
export const BELLS = ['manifests', 'commands', 'events', 'access', 'keys'] as const
export type Bell = (typeof BELLS)[number]

export interface Instances {
  leads(): boolean

  /** Called at every change from now on. Returns what ends it. */
  watch(listener: (leads: boolean) => void): () => void

  /** Never rejects and is never queued: a ring that is lost is made up for by the next tick. */
  ring(bell: Bell): void

  /** Also called for the rings of this server itself. Returns what ends it. */
  onRing(bell: Bell, listener: () => void): () => void

  stop(): Promise<void>
}

/** What an implementation keeps for those who listen. */
export class Listeners {
  readonly #leading = new Set<(leads: boolean) => void>()
  readonly #ringing = new Map<Bell, Set<() => void>>()

  watch(listener: (leads: boolean) => void): () => void {
    this.#leading.add(listener)
    return () => this.#leading.delete(listener)
  }

  onRing(bell: Bell, listener: () => void): () => void {
    const listeners = this.#ringing.get(bell) ?? new Set()
    this.#ringing.set(bell, listeners.add(listener))
    return () => listeners.delete(listener)
  }

  leadershipChanged(leads: boolean): void {
    for (const listener of this.#leading) listener(leads)
  }

  rang(bell: Bell): void {
    for (const listener of this.#ringing.get(bell) ?? []) listener()
  }
}
