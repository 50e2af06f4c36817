import { type Request, type Response, Router } from 'express'
import { permitOf } from '../http/door/permit.ts'
import { sendPageOf } from '../http/page.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import { requestIdOf } from '../http/request-id.ts'
import { requireRevision, sendRevised } from '../http/revision.ts'
import type { Clock } from '../ports.ts'
import type { Manifests } from '../publishing/manifests.ts'
import type { Database, Stores } from '../stores.ts'
import { changeDeadline } from './deadlines/change-deadline.ts'
import { newDeadlineSchema } from './deadlines/deadline-api.ts'
import { deadlineNow } from './deadlines/due-now.ts'
import { explainRollout } from './engine/explain/explain-rollout.ts'
import {
  approveRollout,
  type Doing,
  lookAtEmergency,
  type Operated,
  operate,
  told,
  withdrawnAlready,
} from './operate.ts'
import { type Rollout, shareOf, upToOf } from './rollout.ts'
import { inRollout, newRolloutSchema, rolloutQuery, widenSchema } from './rollout-api.ts'
import type { RolloutRunner } from './runner.ts'
import { type Moment, standingOf } from './standing.ts'
import { startRollout } from './start-rollout.ts'
import { widen } from './widen.ts'

export interface RolloutRoutesNeeds {
  readonly database: Database
  readonly manifests: Manifests
  readonly runner: RolloutRunner
  readonly clock: Clock
}

const MOVES = {
  start: 'start',
  pause: 'pause',
  resume: 'resume',
  stop: 'stop',
  retry: 'retry',
  withdraw: 'withdraw',
  'open-next-group': 'openNextGroup',
} as const

type Change = (stores: Stores, rollout: Rollout, doing: Doing, moment: Moment) => Promise<Operated>

export function rolloutRoutes(needs: RolloutRoutesNeeds): Router {
  const { database, manifests, runner } = needs
  const routes = Router({ mergeParams: true })

  routes.get('/rollouts', async (request, response) => {
    const { product } = permitOf(request)
    const page = parseRequest(rolloutQuery, request.query)
    sendPageOf(request, response, await database.rollouts.ofProduct(product), {
      ...{ ...page, viewOf: rolloutView },
      keyOf: ({ id }) => id,
    })
  })

  routes.post('/rollouts', async (request, response) => {
    const permit = permitOf(request)
    const { product, actor } = permit
    const wanted = parseRequest(newRolloutSchema, request.body)
    if (wanted.emergency !== undefined) permit.demand('rollout.emergency')
    const now = runner.moment().now
    const added = await database.transaction(async (stores) => {
      const { rollout, release: offered } = await startRollout(stores, product, wanted, actor, now)
      await manifests.requireSignable(stores, rollout, offered)
      const { id, release, cohort } = rollout
      await stores.audit.append({
        ...{ at: now, actor, action: 'rollout.created', product, subject: `rollout/${id}` },
        ...{ after: told(rollout), outcome: 'done', requestId: requestIdOf(request) },
      })
      await stores.events.add({
        ...{ at: now, type: 'rollout.created', product },
        data: { rollout: id, release, cohort, by: actor.name },
      })
      return rollout
    })
    const driven = await runner.drive(product, added.id)
    response.status(201)
    sendRevised(response, driven ?? added, rolloutView(driven ?? added))
  })

  routes.get('/rollouts/:id', async (request, response) => {
    const { product } = permitOf(request)
    const { id } = parseRequest(inRollout, request.params)
    const rollout = await findRollout(database, product, id)
    const moment = runner.moment()
    const { progress: counts } = await standingOf(database, rollout, moment)
    const { plan, engine } = rollout
    sendRevised(response, rollout, {
      ...rolloutView(rollout),
      progress: await database.members.reported(rollout),
      groups: plan.groups.map(({ name }, index) => ({ name, columns: counts.groups[index] })),
      late: counts.late,
      deadline: await deadlineNow(database, rollout),
      explanation: explainRollout(plan, engine, counts, moment.now),
    })
  })

  routes.patch('/rollouts/:id', async (request, response) => {
    const { share } = parseRequest(widenSchema, request.body)
    const widened: Change = async (stores, rollout, doing, { now }) => {
      if (rollout.state === 'withdrawn') throw withdrawnAlready()
      const next = await widen(stores, manifests, rollout, upToOf(share), doing, now)
      return { rollout: next, released: [] }
    }
    await change(request, response, widened)
  })

  for (const [path, move] of Object.entries(MOVES)) {
    routes.post(`/rollouts/:id/${path}`, async (request, response) => {
      const moved: Change = (stores, rollout, doing, moment) =>
        operate(stores, manifests, rollout, move, doing, moment)
      await change(request, response, moved)
    })
  }

  routes.post('/rollouts/:id/deadline', async (request, response) => {
    const wanted = parseRequest(newDeadlineSchema, request.body)
    const decided: Change = async (stores, rollout, doing, { now }) => ({
      rollout: await changeDeadline(stores, manifests, rollout, wanted, doing, now),
      released: [],
    })
    await change(request, response, decided)
  })

  routes.post('/rollouts/:id/approve', async (request, response) => {
    const approved: Change = async (stores, rollout, doing, moment) => {
      const next = await approveRollout(stores, rollout, doing, moment.now)
      if (next.state !== 'ready' || !next.startsItself) return { rollout: next, released: [] }
      return operate(stores, manifests, next, 'start', doing, moment)
    }
    await change(request, response, approved)
  })

  routes.post('/rollouts/:id/seen', async (request, response) => {
    const looked: Change = async (stores, rollout, doing, { now }) => ({
      rollout: await lookAtEmergency(stores, rollout, doing, now),
      released: [],
    })
    await change(request, response, looked)
  })

  /** The change, and at once what follows from it. */
  async function change(request: Request, response: Response, compute: Change) {
    const { product, actor } = permitOf(request)
    const { id } = parseRequest(inRollout, request.params)
    const doing = { by: actor, requestId: requestIdOf(request) }
    const moment = runner.moment()
    const { rollout, released } = await database.transaction(async (stores) => {
      const found = await findRollout(stores, product, id)
      if (request.get('if-match') !== undefined) requireRevision(request, found)
      return compute(stores, found, doing, moment)
    })
    manifests.publishSoon()
    runner.letIn(rollout, released)
    const driven = (await runner.drive(product, id)) ?? rollout
    sendRevised(response, driven, rolloutView(driven))
  }

  return routes
}

export async function findRollout(
  { rollouts }: Pick<Stores, 'rollouts'>,
  product: string,
  id: string,
): Promise<Rollout> {
  const rollout = await rollouts.find(product, id)
  if (rollout === undefined) throw new HttpError(404, 'NO_SUCH_ROLLOUT', 'No such rollout')
  return rollout
}

function rolloutView(rollout: Rollout) {
  const { id, release, cohort, state, share, attempt, policy, notice, plan, engine } = rollout
  const { authors, approval, terms, trouble, revision, startedAt, changedAt } = rollout
  return {
    ...{ id, release, cohort, state, share: shareOf(share.upTo), attempt, policy, notice, plan },
    ...{ openGroup: engine.openGroup, authors, approval, trouble, revision, startedAt, changedAt },
    terms,
  }
}
