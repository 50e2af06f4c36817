/**
 * What people do to webhooks, with its entry in the audit log. Of an address the log keeps where it leads and not its
 * path: with many receivers the path is the secret.
 */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { z } from 'zod'
import { permitOf } from '../http/door/permit.ts'
import { HttpError } from '../http/problem.ts'
import { requestIdOf } from '../http/request-id.ts'
import type { Seal } from '../secrets/seal.ts'
import type { Database, Stores } from '../stores.ts'
import type { DeliveryRules } from './deliver.ts'
import { newWebhookSecret } from './signature.ts'
import { type Delivery, type Progress, type Webhook, webhookPurpose } from './webhook.ts'
import type { newWebhookSchema, webhookChangeSchema } from './webhook-api.ts'
import type { WebhookScope, WebhookWithProgress } from './webhook-store.ts'
import { flawOf } from './webhook-url.ts'

const WEBHOOKS_MAX_COUNT = 50

export interface WebhookChangesNeeds {
  readonly database: Database
  readonly seal: Seal
  readonly rules: DeliveryRules
  readonly now: () => number
}

export class WebhookChanges {
  readonly #needs: WebhookChangesNeeds

  constructor(needs: WebhookChangesNeeds) {
    this.#needs = needs
  }

  async add(
    request: IncomingMessage,
    product: WebhookScope,
    { url, types, description }: z.output<typeof newWebhookSchema>,
  ): Promise<{ readonly added: WebhookWithProgress; readonly secret: string }> {
    this.#requireUrl(url)
    const id = randomBytes(8).toString('hex')
    const { secret, sealed } = await this.#newSecret(id)
    const now = this.#needs.now()
    const webhook: Webhook = {
      ...{ id, product, url, types, description, state: 'enabled', secret: sealed },
      ...{ oldSecret: undefined, oldSecretUntil: undefined, revision: 1 },
      ...{ createdAt: now, createdBy: permitOf(request).actor.id },
    }
    const added = await this.#needs.database.transaction(async (stores) => {
      if ((await stores.webhooks.count(product)) >= WEBHOOKS_MAX_COUNT) {
        throw new HttpError(409, 'TOO_MANY_WEBHOOKS', 'There are too many webhooks; remove one', {
          facts: { max: WEBHOOKS_MAX_COUNT },
        })
      }
      const progress = freshFrom(await stores.events.lastPosition())
      await stores.webhooks.add(webhook, progress)
      await this.#append(stores, request, webhook, 'webhook.added', { after: kept(webhook) })
      return { webhook, progress }
    })
    return { added, secret }
  }

  async change(
    request: IncomingMessage,
    { webhook, progress }: WebhookWithProgress,
    { from, ...wanted }: z.output<typeof webhookChangeSchema>,
  ): Promise<WebhookWithProgress> {
    if (wanted.url !== undefined) this.#requireUrl(wanted.url)
    const defined = Object.entries(wanted).filter(([, value]) => value !== undefined)
    const changed: Webhook = {
      ...{ ...webhook, ...Object.fromEntries(defined) },
      revision: webhook.revision + 1,
    }
    const isRestarted = wanted.state === 'enabled' || wanted.url !== undefined
    return this.#needs.database.transaction(async (stores) => {
      if (!(await stores.webhooks.replace(webhook.revision, changed))) throw changedMeanwhile()
      const position = from === 'now' ? await stores.events.lastPosition() : progress.position
      const next = isRestarted ? freshFrom(position) : progress
      if (isRestarted) await stores.webhooks.restart(webhook.id, next)
      const change = { before: kept(webhook), after: kept(changed) }
      await this.#append(stores, request, webhook, 'webhook.changed', change)
      return { webhook: changed, progress: next }
    })
  }

  async remove(request: IncomingMessage, { webhook }: WebhookWithProgress): Promise<void> {
    await this.#needs.database.transaction(async (stores) => {
      await stores.webhooks.remove(webhook.product, webhook.id)
      await this.#append(stores, request, webhook, 'webhook.removed', { before: kept(webhook) })
    })
  }

  async rotateSecret(
    request: IncomingMessage,
    { webhook }: WebhookWithProgress,
    overlapSeconds: number,
  ): Promise<{ readonly secret: string; readonly oldSecretUntil: number }> {
    const { secret, sealed } = await this.#newSecret(webhook.id)
    const oldSecretUntil = this.#needs.now() + overlapSeconds
    const rotated: Webhook = {
      ...{ ...webhook, secret: sealed, revision: webhook.revision + 1 },
      ...(overlapSeconds === 0
        ? { oldSecret: undefined, oldSecretUntil: undefined }
        : { oldSecret: webhook.secret, oldSecretUntil }),
    }
    await this.#needs.database.transaction(async (stores) => {
      if (!(await stores.webhooks.replace(webhook.revision, rotated))) throw changedMeanwhile()
      const after = { oldSignsUntil: oldSecretUntil }
      await this.#append(stores, request, webhook, 'webhook.key-rotated', { after })
    })
    return { secret, oldSecretUntil }
  }

  async askAgain(request: IncomingMessage, webhook: Webhook, event: string): Promise<Delivery> {
    return this.#needs.database.transaction(async (stores) => {
      const found = await stores.events.find(event)
      if (found === undefined) {
        throw new HttpError(404, 'NO_SUCH_EVENT', 'There is no such event, or not any more')
      }
      const before = await stores.webhooks.findDelivery(webhook.id, event)
      const now = this.#needs.now()
      if (found.product !== webhook.product && webhook.product !== undefined) {
        throw new HttpError(404, 'NO_SUCH_EVENT', 'There is no such event, or not any more')
      }
      const delivery: Delivery = {
        ...{ webhook: webhook.id, event, position: found.position, type: found.type },
        ...{ attempts: before?.attempts ?? 0, firstAt: before?.firstAt ?? now, lastAt: now },
        ...{ state: 'asked', status: before?.status, error: before?.error },
      }
      await stores.webhooks.keep(delivery)
      const after = { event, type: found.type }
      await this.#append(stores, request, webhook, 'webhook.redelivery-requested', { after })
      return delivery
    })
  }

  async tested(request: IncomingMessage, webhook: Webhook, isDelivered: boolean): Promise<void> {
    const after = { isDelivered }
    await this.#append(this.#needs.database, request, webhook, 'webhook.tested', { after })
  }

  #requireUrl(url: string): void {
    const flaw = flawOf(url, this.#needs.rules)
    if (flaw === undefined) return
    throw new HttpError(
      400,
      'WEBHOOK_URL_REFUSED',
      `A webhook cannot go to this address: ${flaw}`,
      { facts: { flaw } },
    )
  }

  async #newSecret(id: string): Promise<{ readonly secret: string; readonly sealed: string }> {
    const secret = newWebhookSecret()
    const bytes = new TextEncoder().encode(secret)
    return { secret, sealed: await this.#needs.seal.seal(webhookPurpose(id), bytes) }
  }

  async #append(
    { audit }: Pick<Stores, 'audit'>,
    request: IncomingMessage,
    { id, product }: Webhook,
    action: string,
    change: { readonly before?: Kept; readonly after?: Kept },
  ): Promise<void> {
    await audit.append({
      ...{ at: this.#needs.now(), actor: permitOf(request).actor, action, product },
      ...{ subject: `webhook/${id}`, outcome: 'done', requestId: requestIdOf(request) },
      ...change,
    })
  }
}

type Kept = Readonly<Record<string, string | number | boolean | readonly string[]>>

function kept({ url, types, description, state }: Webhook): Kept {
  return { receiver: new URL(url).origin, types, description, state }
}

function freshFrom(position: number): Progress {
  return { position, attempts: 0, nextAt: 0, failingSince: undefined }
}

function changedMeanwhile(): HttpError {
  return new HttpError(409, 'CHANGED_MEANWHILE', 'The webhook changed; look again')
}
