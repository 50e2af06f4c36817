import { setTimeout as after } from 'node:timers/promises'
import { freshnessOf } from '@fleetward/vulnerability'
import { Router } from 'express'
import { requireContentType } from '../http/content-type.ts'
import { permitOf } from '../http/door/permit.ts'
import { sendPageOf } from '../http/page.ts'
import { parseRequest } from '../http/parse-request.ts'
import { requestIdOf } from '../http/request-id.ts'
import type { Clock } from '../ports.ts'
import type { Database } from '../stores.ts'
import type { Feed } from './feed.ts'
import { feedsPage, importQuery, inFeed } from './feed-api.ts'
import type { FeedIntake } from './feed-intake.ts'
import { policyOf, stateOf } from './feed-policy.ts'

/** Well below what clients wait for an answer. */
const ANSWER_WITHIN_MS = 30_000

export interface FeedRoutesNeeds {
  readonly database: Database
  readonly feedIntake: FeedIntake
  readonly clock: Clock
}

export function feedRoutes({ database, feedIntake, clock }: FeedRoutesNeeds): Router {
  const routes = Router()

  routes.get('/feeds', async (request, response) => {
    sendPageOf(request, response, await database.feeds.list(), {
      ...parseRequest(feedsPage, request.query),
      ...{ keyOf: ({ id }: Feed) => id, viewOf: (feed: Feed) => viewOf(feed, clock.now()) },
    })
  })

  routes.put(
    '/feeds/:feed',
    requireContentType('application/octet-stream'),
    async (request, response) => {
      const { feed } = parseRequest(inFeed, request.params)
      const query = parseRequest(importQuery, request.query)
      const { kind, source, control: component, controlVulnerability: vulnerability } = query
      const acceptsFewer = query.acceptFewer === 'true'
      if (acceptsFewer) {
        // It ends findings, as deciding them does: a person's alone.
        permitOf(request).demand('finding.decide')
        permitOf(request).demandStepUp()
      }
      const control = vulnerability === undefined ? undefined : { component, vulnerability }
      const body = request.iterator({ destroyOnReturn: false })
      if (request.headers['content-length'] === undefined) response.set('Connection', 'close')
      const by = { actor: permitOf(request).actor, requestId: requestIdOf(request) }
      const wish = { feed, kind, source, control, acceptsFewer }
      const { done } = await feedIntake.upload(wish, body, query.sha256, by)
      const waiting = new AbortController()
      const late = after(ANSWER_WITHIN_MS, undefined, { signal: waiting.signal, ref: false })
      late.catch(() => {})
      try {
        const imported = await Promise.race([done, late])
        if (imported === undefined) response.status(202).json({ feed })
        else response.json(viewOf(imported, clock.now()))
      } finally {
        waiting.abort()
        // What comes of it later was logged and told.
        done.catch(() => {})
      }
    },
  )

  return routes
}

function viewOf(feed: Feed, now: Date) {
  const { id, kind, source, importedAt, sourceDate, records, sha256, report } = feed
  const { skipped, skippedCount, leftOut, checkedAgainst, signatures } = report
  return {
    ...{ id, kind, source, importedAt, sourceDate, records, sha256 },
    ...{ control: feed.control, controlSentence: feed.controlSentence },
    ...freshnessOf(id, stateOf(feed), policyOf(kind), now),
    ...{ skippedCount, skipped, leftOut, checkedAgainst, signatures },
  }
}
