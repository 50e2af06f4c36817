/**
 * Which inboxes there are at an outside broker, and who empties them. Their names are secrets of a kind: a device
 * that knew one could end the server's session under it, so they cannot be guessed.
 *
 * The leader has one. Where the broker shares reports between servers, each server holds another one for as long
 * as it renews its hold; one that nobody holds any more is taken over by a server that starts, or emptied by the
 * leader.
 */

/** A server that has not renewed its hold for this long is gone. */
export const HOLD_SECONDS = 30

export interface InboxStore {
  /** The name of the leader's inbox: one for ever, whoever leads. */
  ofLeader(): Promise<string>

  /** Takes over one that nobody holds, or makes a new one. */
  take(holder: string, now: number): Promise<string>

  /** Takes over one that nobody holds; undefined when there is none. */
  takeAbandoned(holder: string, now: number): Promise<string | undefined>

  /** Renews the hold. False when another server has taken the inbox over. */
  hold(clientId: string, holder: string, now: number): Promise<boolean>

  /** Nobody holds it from now on. */
  release(clientId: string, holder: string): Promise<void>

  /** The leader has another one from now on; the one before counts as held for a while, then as abandoned. */
  moveLeader(now: number): Promise<{ readonly before: string; readonly clientId: string }>

  /**
   * Nobody holds it from now on, also when it was forgotten meanwhile: whoever lost its hold may have brought the session
   * to life again after the server that emptied it had ended it, and a session that nobody knows would swallow reports.
   */
  abandon(clientId: string): Promise<void>

  /**
   * It was emptied by its holder (`null`: by the leader whose own it was), and the broker has ended its session. Stays
   * on record when somebody else has had it since.
   */
  forget(clientId: string, holder: string | null): Promise<void>
}
