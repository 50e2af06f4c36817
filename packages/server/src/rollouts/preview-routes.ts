/** What would happen, before anybody starts or even creates it. */
import { Router } from 'express'
import { permitOf } from '../http/door/permit.ts'
import { parseRequest } from '../http/parse-request.ts'
import { answerQueued } from '../http/queued-answer.ts'
import { WorkQueue } from '../threads/work-queue.ts'
import { previewOfDraft } from './draft-preview.ts'
import { previewFor } from './preview-for.ts'
import { inRollout, newRolloutSchema } from './rollout-api.ts'
import { findRollout, type RolloutRoutesNeeds } from './rollout-routes.ts'
import { draftRollout } from './start-rollout.ts'

/** Each reads a whole cohort; on a million devices that takes as long as a person waits. */
const AT_ONCE = 2

export function previewRoutes({
  database,
  manifests,
  runner,
}: Pick<RolloutRoutesNeeds, 'database' | 'manifests' | 'runner'>): Router {
  const routes = Router({ mergeParams: true })
  const queue = new WorkQueue({ atOnce: AT_ONCE })

  routes.post('/rollouts/preview', async (request, response) => {
    const permit = permitOf(request)
    const wanted = parseRequest(newRolloutSchema, request.body)
    if (wanted.emergency !== undefined) permit.demand('rollout.emergency')
    const { product, actor } = permit
    await answerQueued(queue, { request, response }, async (signal) => {
      const moment = runner.moment()
      const draft = await draftRollout(database, product, wanted, actor, moment.now)
      await manifests.requireSignable(database, draft.rollout, draft.release)
      return previewOfDraft(database, draft, { ...moment, signal })
    })
  })

  routes.get('/rollouts/:id/preview', async (request, response) => {
    const { product } = permitOf(request)
    const { id } = parseRequest(inRollout, request.params)
    const rollout = await findRollout(database, product, id)
    await answerQueued(queue, { request, response }, (signal) =>
      previewFor(database, rollout, { ...runner.moment(), signal }),
    )
  })

  return routes
}
