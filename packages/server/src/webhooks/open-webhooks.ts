/** Webhooks, put together: what the settings allow, the worker, and what the routes need. */
import type { Logger } from 'pino'
import type { EventTail } from '../events/event-tail.ts'
import type { Instances } from '../instances/instances.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Seal } from '../secrets/seal.ts'
import { SettingsError } from '../settings.ts'
import type { Database } from '../stores.ts'
import type { DeliveryRules } from './deliver.ts'
import { authoritiesWith } from './own-authorities.ts'
import { networksOf } from './reachable-address.ts'
import { WebhookChanges } from './webhook-changes.ts'
import type { WebhookRoutesNeeds } from './webhook-routes.ts'
import type { WebhookSettings } from './webhook-settings.ts'
import { WebhookWorker } from './webhook-worker.ts'

export interface WebhooksNeeds {
  readonly settings: WebhookSettings
  readonly production: boolean
  readonly database: Database
  readonly tail: EventTail
  readonly instances: Instances
  readonly seal: Seal
  readonly clock: Clock
  readonly log: Logger
}

export async function openWebhooks(
  needs: WebhooksNeeds,
): Promise<{ readonly routes: WebhookRoutesNeeds; readonly worker: WebhookWorker }> {
  const { database, seal, clock } = needs
  const now = () => secondsOf(clock)
  const rules = await rulesOf(needs)
  const worker = new WebhookWorker({ ...needs, rules, chance: Math.random })
  const changes = new WebhookChanges({ database, seal, rules, now })
  return { routes: { database, changes, worker, now }, worker }
}

async function rulesOf({ settings, production }: WebhooksNeeds): Promise<DeliveryRules> {
  const { allowHttp, allowNetworks, caFile } = settings
  if (allowHttp && production) {
    throw new SettingsError(['webhooks.allowHttp: not together with production: true'])
  }
  const rules = { allowHttp, allowed: networksOf(allowNetworks) }
  if (caFile === undefined) return rules
  return { ...rules, ca: await authoritiesWith(caFile, 'webhooks.caFile') }
}
