/** Routes of the books: audit log, events, webhooks, retention, break-glass. */
import type { Router } from 'express'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import type { Accounts } from '../accounts/open-accounts.ts'
import { auditPaths } from '../audit/audit-api.ts'
import { auditRoutes } from '../audit/audit-routes.ts'
import type { Books } from '../bookkeeping.ts'
import { breakGlassPaths } from '../break-glass/break-glass-api.ts'
import { breakGlassRoutes } from '../break-glass/break-glass-routes.ts'
import { eventPaths } from '../events/event-api.ts'
import { eventRoutes, productEventRoutes } from '../events/event-routes.ts'
import { mailPaths } from '../mail/mail-api.ts'
import { mailRoutes } from '../mail/mail-routes.ts'
import type { Clock } from '../ports.ts'
import { retentionPaths } from '../retention/retention-api.ts'
import { retentionRoutes } from '../retention/retention-routes.ts'
import type { Database } from '../stores.ts'
import { subscriptionPaths } from '../subscriptions/subscription-api.ts'
import { subscriptionRoutes } from '../subscriptions/subscription-routes.ts'
import { webhookPaths } from '../webhooks/webhook-api.ts'
import { productWebhookRoutes, webhookRoutes } from '../webhooks/webhook-routes.ts'

export interface BookRoutesNeeds {
  readonly books: Books
  readonly database: Database
  readonly clock: Clock
  readonly accounts: Pick<Accounts, 'sessions'>
}

/** Below /api/1. */
export function bookRoutes({
  books,
  database,
  clock,
  accounts,
}: BookRoutesNeeds): readonly Router[] {
  return [
    auditRoutes({ database, keys: books.auditKeys, host: books.host, clock }),
    eventRoutes(books.streams),
    webhookRoutes(books.webhooks),
    mailRoutes(books.mail),
    subscriptionRoutes({ database, clock }),
    retentionRoutes(books.retention),
    breakGlassRoutes({ breakGlass: books.breakGlass, sessions: accounts.sessions }),
  ]
}

/** Below /api/1/products/:product. */
export function productBookRoutes({ books }: Pick<BookRoutesNeeds, 'books'>): readonly Router[] {
  return [productEventRoutes(books.streams), productWebhookRoutes(books.webhooks)]
}

export const bookPaths: ZodOpenApiPathsObject = {
  ...auditPaths,
  ...eventPaths,
  ...webhookPaths,
  ...mailPaths,
  ...subscriptionPaths,
  ...retentionPaths,
  ...breakGlassPaths,
}
