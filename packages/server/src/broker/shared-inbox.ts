/**
 * This server's own inbox where the broker shares reports between servers. A shared inbox that nobody attends to
 * would be given its part nevertheless: brokers count sessions, not connections. So each is held for as
 * long as its server renews the hold, and then another server takes it over.
 */
import { type Clock, secondsOf } from '../ports.ts'
import type { BrokerInbox, InboxPlan } from './broker-inbox.ts'
import type { InboxTask } from './inbox-duty.ts'
import type { InboxStore } from './inbox-store.ts'
import { REPORTS } from './leader-inbox.ts'

export const SHARED_REPORTS = `$share/fleetward/${REPORTS}`

export interface SharedInboxPorts {
  readonly inboxes: InboxStore
  readonly open: (plan: InboxPlan) => BrokerInbox
  /** Names this server for as long as it runs. */
  readonly holder: string
  readonly clock: Clock
}

export class SharedInbox implements InboxTask {
  readonly #ports: SharedInboxPorts
  #own: { readonly clientId: string; readonly inbox: BrokerInbox } | undefined

  constructor(ports: SharedInboxPorts) {
    this.#ports = ports
  }

  isListening(): boolean {
    return this.#own?.inbox.isListening === true
  }

  async settle(): Promise<void> {
    const { inboxes, open, holder, clock } = this.#ports
    const now = secondsOf(clock)
    if (this.#own !== undefined) {
      if (await inboxes.hold(this.#own.clientId, holder, now)) return
      // This server was silent for too long, and another one has taken it over, if it has not ended it by now.
      const { clientId, inbox } = this.#own
      await inbox.close()
      await inboxes.abandon(clientId)
      this.#own = undefined
    }
    const clientId = await inboxes.take(holder, now)
    const inbox = open({ clientId, session: 'keeps', filters: [SHARED_REPORTS] })
    this.#own = { clientId, inbox }
  }

  async stop(): Promise<void> {
    const own = this.#own
    this.#own = undefined
    if (own === undefined) return
    await own.inbox.close()
    // Where that does not work any more, the hold runs out by itself.
    await this.#ports.inboxes.release(own.clientId, this.#ports.holder).catch(() => {})
  }
}
