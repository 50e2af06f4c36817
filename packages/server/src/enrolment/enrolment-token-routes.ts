import { Router } from 'express'
import { parseRequest } from '../http/parse-request.ts'
import { permitOf } from '../http/permit.ts'
import type { Clock } from '../ports.ts'
import type { EnrolmentStore } from './enrolment-store.ts'
import { newEnrolmentToken } from './enrolment-token.ts'
import { newTokenSchema } from './enrolment-token-api.ts'

export function enrolmentTokenRoutes(needs: {
  readonly store: EnrolmentStore
  readonly clock: Clock
}): Router {
  const routes = Router({ mergeParams: true })

  routes.post('/enrolment-tokens', async (request, response) => {
    const { product } = permitOf(request)
    const { cohort, device, validSeconds } = parseRequest(newTokenSchema, request.body)
    const now = Math.floor(needs.clock.now().getTime() / 1000)
    const { token, id, secretSha256 } = newEnrolmentToken()
    const expiresAt = now + validSeconds
    await needs.store.addToken(
      { id, secretSha256, product, cohort, device, expiresAt, use: undefined },
      now,
    )
    // Shown this once; only its digest is kept.
    response.status(201).set('Cache-Control', 'no-store').json({ token, cohort, device, expiresAt })
  })

  return routes
}
