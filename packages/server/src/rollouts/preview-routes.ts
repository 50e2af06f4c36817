/** What would happen, before anybody starts or even creates it. */
import { Router } from 'express'
import { permitOf } from '../http/door/permit.ts'
import { parseRequest } from '../http/parse-request.ts'
import { previewOfDraft } from './draft-preview.ts'
import { previewFor } from './preview-for.ts'
import { inRollout, newRolloutSchema } from './rollout-api.ts'
import { findRollout, type RolloutRoutesNeeds } from './rollout-routes.ts'
import { draftRollout } from './start-rollout.ts'

export function previewRoutes({
  database,
  manifests,
  runner,
}: Pick<RolloutRoutesNeeds, 'database' | 'manifests' | 'runner'>): Router {
  const routes = Router({ mergeParams: true })

  routes.post('/rollouts/preview', async (request, response) => {
    const permit = permitOf(request)
    const wanted = parseRequest(newRolloutSchema, request.body)
    if (wanted.emergency !== undefined) permit.demand('rollout.emergency')
    const moment = runner.moment()
    const { product, actor } = permit
    const draft = await draftRollout(database, product, wanted, actor, moment.now)
    await manifests.requireSignable(database, draft.rollout, draft.release)
    response.json(await previewOfDraft(database, draft, moment))
  })

  routes.get('/rollouts/:id/preview', async (request, response) => {
    const { product } = permitOf(request)
    const { id } = parseRequest(inRollout, request.params)
    const rollout = await findRollout(database, product, id)
    response.json(await previewFor(database, rollout, runner.moment()))
  })

  return routes
}
