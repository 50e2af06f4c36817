/**
 * The inbox of whoever leads: who comes and goes, and the reports unless the broker shares them.
 *
 * At a broker whose sessions end with every change of rules, presence is heard without a session, and reports
 * move to a new inbox at every change: what is said meanwhile is heard beside it, and a marker tells when the
 * old one has nothing more.
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { type Clock, secondsOf } from '../ports.ts'
import { SERVER_TOPICS } from './access-rules.ts'
import type { BrokerInbox, InboxPlan } from './broker-inbox.ts'
import type { InboxTask } from './inbox-duty.ts'
import type { InboxStore } from './inbox-store.ts'

export const [REPORTS, PRESENCE] = SERVER_TOPICS.read
const LISTENING_LIMIT_MS = 10_000
/** An inbox that was silent for so long may be dead. */
const LOOK_AFTER_MS = 30_000
const LOOK_MS = 20

export interface LeaderInboxPorts {
  readonly inboxes: InboxStore
  readonly open: (plan: InboxPlan) => BrokerInbox
  readonly sharesReports: boolean
  readonly rulesEndSessions: boolean
  /** The broker has forgotten who is there, or this server does not lead any more. */
  readonly onFresh: () => Promise<void>
  readonly onLost: () => void
  /** Resolves when what was said before it has come through this inbox; rejects when that takes too long. */
  readonly passMarker: (through: BrokerInbox) => Promise<void>
  readonly clock: Clock
  readonly log: Logger
}

export class LeaderInbox implements InboxTask {
  readonly #ports: LeaderInboxPorts
  #inbox: BrokerInbox | undefined
  /** Hears who comes and goes, where sessions do not last. */
  #ear: BrokerInbox | undefined

  constructor(ports: LeaderInboxPorts) {
    this.#ports = ports
  }

  isListening(leads: boolean): boolean {
    const { rulesEndSessions } = this.#ports
    if (!leads) return true
    return (
      this.#inbox?.isListening === true && (!rulesEndSessions || this.#ear?.isListening === true)
    )
  }

  async settle(leads: boolean): Promise<void> {
    if (leads === (this.#inbox !== undefined)) return this.#lookWhetherItLives()
    if (!leads) {
      this.#ports.onLost()
      return this.stop()
    }
    const { inboxes, open, sharesReports, rulesEndSessions, onFresh } = this.#ports
    const clientId = await inboxes.ofLeader()
    if (rulesEndSessions) {
      const name = `${clientId}-${randomBytes(8).toString('hex')}`
      this.#ear = open({ clientId: name, session: 'forgets', filters: [PRESENCE], onFresh })
      this.#inbox = open({ clientId, session: 'keeps', filters: [REPORTS] })
    } else {
      this.#inbox = open({
        ...{ clientId, session: 'keeps', onFresh },
        filters: sharesReports ? [PRESENCE] : [REPORTS, PRESENCE],
        notFilters: sharesReports ? [REPORTS] : [],
      })
    }
  }

  /** Tells the broker of new rules, without losing what is said meanwhile. */
  async whileRulesChange(tell: () => Promise<void>): Promise<void> {
    const { rulesEndSessions, passMarker } = this.#ports
    const [inbox, ear] = [this.#inbox, this.#ear]
    if (!rulesEndSessions || inbox === undefined || ear === undefined) return tell()
    if (!inbox.isListening || !ear.isListening) {
      throw new Error(
        'The server does not listen at the broker now; its rules are changed when it does',
      )
    }
    await ear.alsoHear(REPORTS)
    // The old inbox has now given out everything that is not heard beside it.
    await passMarker(inbox)
    await tell()
    await this.#moveFrom(inbox, { isEmpty: true })
    await ear.noLongerHear(REPORTS)
  }

  async stop(): Promise<void> {
    const closing = [this.#inbox?.close(), this.#ear?.close()]
    this.#inbox = undefined
    this.#ear = undefined
    await Promise.all(closing)
  }

  /** Somebody else may have made the broker read its rules. */
  async #lookWhetherItLives(): Promise<void> {
    const { rulesEndSessions, passMarker, log } = this.#ports
    const inbox = this.#inbox
    if (!rulesEndSessions || inbox === undefined || inbox.quietMs < LOOK_AFTER_MS) return
    try {
      await passMarker(inbox)
    } catch (error) {
      if (!inbox.isListening) return
      log.warn({ err: error }, 'the inbox at the broker is dead; another one is opened')
      await this.#moveFrom(inbox, { isEmpty: false })
    }
  }

  async #moveFrom(old: BrokerInbox, { isEmpty }: { isEmpty: boolean }): Promise<void> {
    const { inboxes, open } = this.#ports
    const { before, clientId } = await inboxes.moveLeader(secondsOf(this.#ports.clock))
    const moved = open({ clientId, session: 'keeps', filters: [REPORTS] })
    const until = performance.now() + LISTENING_LIMIT_MS
    while (!moved.isListening && performance.now() < until) await sleep(LOOK_MS)
    if (this.#inbox !== old) {
      await moved.close()
      return
    }
    this.#inbox = moved
    // What came and is not durable yet, or did not come, the old one gives out some day.
    const isDone = await old.close()
    if (isDone && isEmpty && (await old.endSession())) await inboxes.forget(before, null)
    if (!moved.isListening) throw new Error('The broker does not let the server listen')
  }
}
