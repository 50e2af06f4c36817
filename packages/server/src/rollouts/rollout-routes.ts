import { type Request, Router } from 'express'
import { parseRequest } from '../http/parse-request.ts'
import { permitOf } from '../http/permit.ts'
import { HttpError } from '../http/problem.ts'
import type { Clock, DeviceProgress } from '../ports.ts'
import type { Manifests } from '../publishing/manifests.ts'
import { mayOffer } from '../publishing/offers.ts'
import type { Database, Stores } from '../stores.ts'
import {
  type Move,
  moveRollout,
  type Rollout,
  retryRollout,
  shareOf,
  upToOf,
  widenRollout,
} from './rollout.ts'
import { inRollout, newRolloutSchema, widenSchema } from './rollout-api.ts'
import { startRollout, tooManyRollouts } from './start-rollout.ts'

export interface RolloutRoutesNeeds {
  readonly database: Database
  readonly manifests: Manifests
  readonly progress: DeviceProgress
  readonly clock: Clock
}

/** `now` in seconds. The very same rollout means: nothing to do. */
type Change = (rollout: Rollout, now: number, stores: Stores) => Rollout | Promise<Rollout>

export function rolloutRoutes({
  database,
  manifests,
  progress,
  clock,
}: RolloutRoutesNeeds): Router {
  const routes = Router({ mergeParams: true })
  const now = () => Math.floor(clock.now().getTime() / 1000)

  routes.get('/rollouts', async (request, response) => {
    const { product } = permitOf(request)
    response.json((await database.rollouts.ofProduct(product)).map(rolloutView))
  })

  routes.post('/rollouts', async (request, response) => {
    const { product } = permitOf(request)
    const wanted = parseRequest(newRolloutSchema, request.body)
    const started = await database.transaction(async (stores) => {
      const rollout = await startRollout(stores, product, wanted, now())
      await manifests.sign(stores, product, rollout.cohort)
      return rollout
    })
    manifests.publishSoon()
    response.status(201).json(rolloutView(started))
  })

  routes.get('/rollouts/:id', async (request, response) => {
    const { product } = permitOf(request)
    const { id } = parseRequest(inRollout, request.params)
    const rollout = await find(database, product, id)
    response.json({ ...rolloutView(rollout), progress: await progress.progress(product, id) })
  })

  routes.patch('/rollouts/:id', async (request, response) => {
    const { share } = parseRequest(widenSchema, request.body)
    const widen: Change = (rollout, at) => {
      if (rollout.state === 'withdrawn') throw withdrawnAlready()
      const widened = widenRollout(rollout, upToOf(share), at)
      if (widened !== undefined) return widened
      const message =
        'A share never shrinks: devices have been offered the release. Withdraw instead'
      throw new HttpError(409, 'SHARE_NOT_WIDENED', message, {
        facts: { share: shareOf(rollout.share.upTo) },
      })
    }
    response.json(await change(request, widen))
  })

  for (const move of ['pause', 'resume', 'withdraw'] as const) {
    routes.post(`/rollouts/:id/${move}`, async (request, response) => {
      response.json(
        await change(request, (rollout, at, stores) => moveTo(move, rollout, at, stores)),
      )
    })
  }

  routes.post('/rollouts/:id/retry', async (request, response) => {
    const retry: Change = (rollout, at) => {
      if (rollout.state === 'withdrawn') throw withdrawnAlready()
      return retryRollout(rollout, at)
    }
    response.json(await change(request, retry))
  })

  /** Find, compute, compare and swap, sign: in one transaction. */
  async function change(request: Request, compute: Change) {
    const { product } = permitOf(request)
    const { id } = parseRequest(inRollout, request.params)
    const changed = await database.transaction(async (stores) => {
      const rollout = await find(stores, product, id)
      const next = await compute(rollout, now(), stores)
      if (next === rollout) return rollout
      if (!(await stores.rollouts.replace(rollout.revision, next))) {
        throw new HttpError(409, 'CHANGED_MEANWHILE', 'The rollout changed; look again')
      }
      await manifests.sign(stores, product, next.cohort)
      return next
    })
    manifests.publishSoon()
    return rolloutView(changed)
  }

  return routes
}

async function moveTo(move: Move, rollout: Rollout, now: number, stores: Stores): Promise<Rollout> {
  const moved = moveRollout(rollout, move, now)
  if (moved === undefined) throw withdrawnAlready()
  if (move === 'resume' && moved !== rollout) {
    const { product, cohort, release } = rollout
    if (!mayOffer(await stores.rollouts.ofCohort(product, cohort))) throw tooManyRollouts()
    const published = await stores.releases.find(product, release)
    if (published?.withdrawnAt !== undefined) throw withdrawnAlready()
  }
  return moved
}

async function find({ rollouts }: Stores, product: string, id: string): Promise<Rollout> {
  const rollout = await rollouts.find(product, id)
  if (rollout === undefined) throw new HttpError(404, 'NO_SUCH_ROLLOUT', 'No such rollout')
  return rollout
}

function withdrawnAlready(): HttpError {
  return new HttpError(409, 'ROLLOUT_WITHDRAWN', 'It was withdrawn for good; start a new rollout')
}

function rolloutView(rollout: Rollout) {
  const { product, share, ...rest } = rollout
  return { ...rest, share: shareOf(share.upTo) }
}
