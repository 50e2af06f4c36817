/**
 * Delivers events to webhooks, on the server that leads. Each subscription is a cursor over the events: it goes on only
 * when an event was delivered, so order holds, nothing is skipped, and an address that is dead holds up nobody else.
 * At least once: what was delivered just before a crash is delivered again, with the same id.
 */
import type { Logger } from 'pino'
import { SERVER_ACTOR } from '../accounts/actor.ts'
import type { FleetEvent } from '../events/event-store.ts'
import type { EventTail } from '../events/event-tail.ts'
import { matchesType } from '../events/who-hears.ts'
import type { Instances } from '../instances/instances.ts'
import { type Clock, secondsOf } from '../ports.ts'
import { type Repetition, repeated } from '../repeated.ts'
import type { Seal } from '../secrets/seal.ts'
import type { Database } from '../stores.ts'
import { type DeliveryResult, type DeliveryRules, deliver } from './deliver.ts'
import { payloadOf } from './payload.ts'
import { delaySeconds, givesUp } from './retry-plan.ts'
import { signatureHeaders } from './signature.ts'
import { type Progress, type Webhook, webhookPurpose } from './webhook.ts'
import type { WebhookWithProgress } from './webhook-store.ts'

const LOOK_EVERY_MS = 1_000
const AT_ONCE_MAX_COUNT = 32
const ASKED_AT_ONCE_COUNT = 20
const BATCH_COUNT = 100

export interface WebhookWorkerNeeds {
  readonly database: Database
  readonly tail: EventTail
  readonly instances: Pick<Instances, 'leads'>
  readonly seal: Seal
  readonly rules: DeliveryRules
  readonly clock: Clock
  readonly chance: () => number
  readonly log: Logger
}

type Sent = DeliveryResult & { readonly at: number }

export class WebhookWorker {
  readonly #needs: WebhookWorkerNeeds
  /** By webhook: at most one attempt of each at a time. */
  readonly #underWay = new Map<string, Promise<void>>()
  #looking: Repetition | undefined
  #endNews = () => {}
  readonly #over = new AbortController()

  constructor(needs: WebhookWorkerNeeds) {
    this.#needs = needs
  }

  start(): void {
    const options = { everyMs: LOOK_EVERY_MS, log: this.#needs.log, what: 'delivering to webhooks' }
    const looking = repeated(options, () => this.look())
    this.#looking = looking
    this.#endNews = this.#needs.tail.onNews(() => looking.soon())
  }

  async stop(): Promise<void> {
    this.#over.abort()
    this.#endNews()
    await this.#looking?.stop()
    await Promise.all(this.#underWay.values())
  }

  /** Begins what is due; {@link settled} resolves when that has ended. */
  async look(): Promise<void> {
    const { database, tail, instances } = this.#needs
    if (!instances.leads()) return
    for (const { webhook, event } of await database.webhooks.asked(ASKED_AT_ONCE_COUNT)) {
      this.#begin(webhook, () => this.#deliverAgain(webhook, event))
    }
    for (const due of await database.webhooks.due(this.#now(), tail.last)) {
      this.#begin(due.webhook.id, () => this.#goOn(due))
    }
  }

  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay.values())
  }

  /** Once, to see whether anybody is there; it leaves no trace in the order of events. */
  async test(webhook: Webhook, event: Omit<FleetEvent, 'position'>): Promise<DeliveryResult> {
    return this.#send(webhook, event)
  }

  #begin(id: string, work: () => Promise<void>): void {
    if (this.#isOver || this.#underWay.has(id) || this.#underWay.size >= AT_ONCE_MAX_COUNT) return
    const done = work()
      .catch((error: unknown) => {
        this.#needs.log.error({ err: error, webhook: id }, 'a webhook could not be worked on')
      })
      .finally(() => this.#underWay.delete(id))
    this.#underWay.set(id, done)
  }

  async #goOn({ webhook: { id }, progress }: WebhookWithProgress): Promise<void> {
    const { database, tail } = this.#needs
    let { position } = progress
    let { attempts, failingSince } = progress
    while (!this.#isOver) {
      // As it is now: somebody may have turned it off or given it another address since the last event.
      const webhook = (await database.webhooks.findById(id))?.webhook
      if (webhook?.state !== 'enabled') return
      const events = await tail.after(position, BATCH_COUNT)
      const event = events.find((each) => concerns(webhook, each))
      const passed = event === undefined ? events.at(-1)?.position : event.position - 1
      // What is none of its business is passed over at once, also when the next delivery fails.
      if (passed !== undefined && passed > position) {
        const moved = { position: passed, attempts, nextAt: progress.nextAt, failingSince }
        if (!(await database.webhooks.move(id, position, moved))) return
        position = passed
      }
      if (event === undefined) {
        if (events.length === 0) return
        continue
      }
      const sent = await this.#send(webhook, event)
      // It was cut off by the end of this process: nobody knows whether it arrived, so it goes out again.
      if (this.#isOver && !sent.isDelivered) return
      await this.#keep(webhook, event, sent, attempts + 1)
      if (!sent.isDelivered)
        return this.#failed(webhook, { position, attempts, failingSince }, sent)
      const next = { position: event.position, attempts: 0, nextAt: 0, failingSince: undefined }
      // False: somebody set it anew while this was on its way.
      if (!(await database.webhooks.move(id, position, next))) return
      position = event.position
      attempts = 0
      failingSince = undefined
    }
  }

  async #failed(
    webhook: Webhook,
    { position, attempts, failingSince }: Omit<Progress, 'nextAt'>,
    sent: Sent,
  ): Promise<void> {
    const since = failingSince ?? sent.at
    const delay = delaySeconds(attempts + 1, this.#needs.chance(), sent.retryAfter)
    const next = { position, attempts: attempts + 1, nextAt: sent.at + delay, failingSince: since }
    await this.#needs.database.webhooks.move(webhook.id, position, next)
    // 410: the receiver says that it is gone for good (Standard Webhooks).
    if (sent.status === 410 || givesUp(since, sent.at)) await this.#giveUp(webhook, sent, since)
  }

  async #giveUp(webhook: Webhook, sent: Sent, failingSince: number): Promise<void> {
    const { id, product } = webhook
    this.#needs.log.warn({
      event: 'webhook-given-up',
      webhook: id,
      status: sent.status,
      error: sent.error,
    })
    await this.#needs.database.transaction(async ({ webhooks, audit, events }) => {
      if (!(await webhooks.fail(id))) return
      const facts = { status: sent.status ?? 0, error: sent.error ?? '', failingSince }
      await audit.append({
        ...{ at: sent.at, actor: SERVER_ACTOR, action: 'webhook.given-up', product },
        ...{ subject: `webhook/${id}`, outcome: 'done' },
        ...{ before: { state: 'enabled' }, after: { state: 'failed', ...facts } },
      })
      const data = { webhook: id, ...facts }
      await events.add({ at: sent.at, type: 'security.webhook-given-up', product, data })
    })
  }

  async #deliverAgain(id: string, eventId: string): Promise<void> {
    const { webhooks, events } = this.#needs.database
    const delivery = await webhooks.findDelivery(id, eventId)
    const event = await events.find(eventId)
    if (delivery === undefined) return
    const found = await webhooks.findById(id)
    if (found === undefined || event === undefined) {
      // Retention was faster.
      await webhooks.keep({ ...delivery, state: 'failing', error: 'EVENT_GONE' })
      return
    }
    await this.#keep(
      found.webhook,
      event,
      await this.#send(found.webhook, event),
      delivery.attempts + 1,
    )
  }

  async #keep(webhook: Webhook, event: FleetEvent, sent: Sent, attempts: number): Promise<void> {
    const { webhooks } = this.#needs.database
    const before = await webhooks.findDelivery(webhook.id, event.id)
    await webhooks.keep({
      ...{ webhook: webhook.id, event: event.id, position: event.position, type: event.type },
      ...{ state: sent.isDelivered ? 'delivered' : 'failing', attempts },
      ...{ firstAt: before?.firstAt ?? sent.at, lastAt: sent.at },
      ...{ status: sent.status, error: sent.error },
    })
  }

  async #send(webhook: Webhook, event: Omit<FleetEvent, 'position'>): Promise<Sent> {
    const at = this.#now()
    const body = payloadOf(event)
    const headers = signatureHeaders(
      { id: event.id, timestamp: at, body },
      await this.#secretsOf(webhook, at),
    )
    const result = await deliver(
      { url: webhook.url, headers, body },
      { ...this.#needs.rules, signal: this.#over.signal },
    )
    return { ...result, at }
  }

  /** The newest first. */
  async #secretsOf(webhook: Webhook, now: number): Promise<readonly string[]> {
    const { id, secret, oldSecret, oldSecretUntil = 0 } = webhook
    const sealed = [secret, ...(oldSecret !== undefined && now < oldSecretUntil ? [oldSecret] : [])]
    return Promise.all(
      sealed.map(async (each) =>
        new TextDecoder().decode(await this.#needs.seal.open(webhookPurpose(id), each)),
      ),
    )
  }

  get #isOver(): boolean {
    return this.#over.signal.aborted
  }

  #now(): number {
    return secondsOf(this.#needs.clock)
  }
}

function concerns({ product, types }: Webhook, event: FleetEvent): boolean {
  return (product === undefined || product === event.product) && matchesType(types, event.type)
}
