/**
 * Inboxes that no server holds any more: the leader takes out what is left in them, one after the other, and ends
 * their sessions. What is said from then on goes to the others.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { type Clock, secondsOf } from '../ports.ts'
import type { BrokerInbox, InboxPlan } from './broker-inbox.ts'
import type { InboxTask } from './inbox-duty.ts'
import type { InboxStore } from './inbox-store.ts'
import { SHARED_REPORTS } from './shared-inbox.ts'

/** An inbox that nobody fills counts as empty after this long without a message. */
const QUIET_MS = 2_000
const LOOK_MS = 100

export interface AbandonedInboxPorts {
  readonly inboxes: InboxStore
  readonly open: (plan: InboxPlan) => BrokerInbox
  /** Where an inbox may be silent though it is not empty: rejects when the marker does not come through it. */
  readonly passMarker: ((through: BrokerInbox) => Promise<void>) | undefined
  readonly holder: string
  readonly clock: Clock
  readonly log: Logger
}

interface Emptying {
  readonly clientId: string
  readonly inbox: BrokerInbox
  readonly work: Promise<void>
}

export class AbandonedInbox implements InboxTask {
  readonly #ports: AbandonedInboxPorts
  #emptying: Emptying | undefined

  constructor(ports: AbandonedInboxPorts) {
    this.#ports = ports
  }

  isListening(): boolean {
    return true
  }

  async settle(leads: boolean): Promise<void> {
    const { inboxes, open, holder, clock } = this.#ports
    const now = secondsOf(clock)
    if (this.#emptying !== undefined) {
      const { clientId, inbox } = this.#emptying
      if (!(await inboxes.hold(clientId, holder, now))) await inbox.close()
      return
    }
    if (!leads) return
    const clientId = await inboxes.takeAbandoned(holder, now)
    if (clientId === undefined) return
    let isGone = false
    const inbox = open({
      ...{ clientId, session: 'keeps', filters: [] },
      // Where sessions break, a marker has to come through this one: its subscription stays.
      notFilters: this.#ports.passMarker === undefined ? [SHARED_REPORTS] : [],
      onFresh: async () => {
        isGone = true
      },
    })
    const work = this.#empty(clientId, inbox, () => isGone).finally(() => {
      this.#emptying = undefined
    })
    this.#emptying = { clientId, inbox, work }
  }

  async stop(): Promise<void> {
    const emptying = this.#emptying
    await emptying?.inbox.close()
    await emptying?.work
  }

  async #empty(clientId: string, inbox: BrokerInbox, isGone: () => boolean): Promise<void> {
    const { inboxes, passMarker, holder, log } = this.#ports
    try {
      while (!inbox.isListening && !inbox.isClosed) await sleep(LOOK_MS)
      if (!isGone() && passMarker !== undefined) await passMarker(inbox)
      const quietMs = isGone() || passMarker !== undefined ? 0 : QUIET_MS
      while (inbox.quietMs <= quietMs && !inbox.isClosed) await sleep(LOOK_MS)
      if (inbox.isClosed) return
      if ((await inbox.close()) && (await inbox.endSession())) {
        await inboxes.forget(clientId, holder)
        log.info('an inbox that no server held any more was emptied')
      }
    } catch (error) {
      // Tried again when the hold has run out.
      log.warn({ err: error }, 'an inbox that no server holds any more could not be emptied')
    } finally {
      if (!inbox.isClosed) await inbox.close()
    }
  }
}
