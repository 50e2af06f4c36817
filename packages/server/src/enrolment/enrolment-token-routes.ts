import { Router } from 'express'
import { permitOf } from '../http/door/permit.ts'
import { parseRequest } from '../http/parse-request.ts'
import { requestIdOf } from '../http/request-id.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import { newEnrolmentToken } from './enrolment-token.ts'
import { newTokenSchema } from './enrolment-token-api.ts'

export function enrolmentTokenRoutes(needs: {
  readonly stores: Database
  readonly clock: Clock
}): Router {
  const routes = Router({ mergeParams: true })

  routes.post('/enrolment-tokens', async (request, response) => {
    const { product, actor } = permitOf(request)
    const { cohort, device, validSeconds } = parseRequest(newTokenSchema, request.body)
    const now = secondsOf(needs.clock)
    const { token, id, secretSha256 } = newEnrolmentToken()
    const expiresAt = now + validSeconds
    await needs.stores.transaction(async ({ enrolments, cohorts, audit }) => {
      await enrolments.addToken(
        { id, secretSha256, product, cohort, device, expiresAt, use: undefined },
        now,
      )
      await cohorts.ensure(product, cohort, now)
      await audit.append({
        ...{ at: now, actor, action: 'enrolment.token-made', product, outcome: 'done' },
        ...{ subject: device === undefined ? `cohort/${cohort}` : `device/${device}` },
        ...{ after: { cohort, expiresAt }, requestId: requestIdOf(request) },
      })
    })
    // Shown this once; only its digest is kept.
    response.status(201).set('Cache-Control', 'no-store').json({ token, cohort, device, expiresAt })
  })

  return routes
}
