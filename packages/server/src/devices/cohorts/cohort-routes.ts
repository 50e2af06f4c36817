/** Cohorts and their rules. */
import { createHash } from 'node:crypto'
import { Router } from 'express'
import { permitOf } from '../../http/door/permit.ts'
import { sendPage } from '../../http/page.ts'
import { parseRequest } from '../../http/parse-request.ts'
import { HttpError } from '../../http/problem.ts'
import { answerQueued } from '../../http/queued-answer.ts'
import { requireRevision, requireSeen, sendRevised } from '../../http/revision.ts'
import { type Clock, type CohortDoor, secondsOf } from '../../ports.ts'
import type { Database } from '../../stores.ts'
import { doing } from '../device-routes.ts'
import { readFilter } from '../filter/asked-filter.ts'
import { fleetReads } from '../fleet-reads.ts'
import { cohortRevision } from '../revisions.ts'
import {
  cohortChangeSchema,
  inCohort,
  nameQuerySchema,
  newCohortSchema,
  rulesSchema,
} from './cohort-api.ts'
import type { CohortMover } from './cohort-mover.ts'
import { toBeMovedBy } from './cohort-rules.ts'
import type { WrittenRule } from './cohort-store.ts'
import { cohortsReachedAnew } from './written-rules.ts'

export interface CohortRoutesNeeds {
  readonly stores: Database
  readonly mover: Pick<CohortMover, 'tick'>
  readonly clock: Clock
  readonly door: CohortDoor | undefined
}

export function cohortRoutes({ stores, mover, clock, door }: CohortRoutesNeeds): Router {
  const { cohorts, deviceSearch } = stores
  const routes = Router({ mergeParams: true })
  const now = () => secondsOf(clock)

  routes.get('/cohorts', async (request, response) => {
    const { product } = permitOf(request)
    const { after, limit } = parseRequest(nameQuerySchema, request.query)
    const items = await cohorts.list(product, { after, limit: limit + 1 })
    sendPage(request, response, { items, limit, keyOf: ({ name }) => name, viewOf: (it) => it })
  })

  routes.post('/cohorts', async (request, response) => {
    const { product, actor } = permitOf(request)
    const { name, description } = parseRequest(newCohortSchema, request.body)
    const { requestId } = doing(request)
    await stores.transaction(async (within) => {
      if ((await within.cohorts.find(product, name)) !== undefined) {
        throw new HttpError(409, 'COHORT_EXISTS', `There is a cohort ${name} already`)
      }
      await within.cohorts.ensure(product, name, now())
      await within.cohorts.describe(product, name, description)
      await within.audit.append({
        ...{ at: now(), actor, action: 'cohort.made', product, subject: `cohort/${name}` },
        ...{ after: { description }, outcome: 'done', requestId },
      })
    })
    response.status(201).json(await cohorts.find(product, name))
  })

  routes.get('/cohorts/:cohort', async (request, response) => {
    const { product } = permitOf(request)
    const { cohort } = parseRequest(inCohort, request.params)
    const found = await cohorts.find(product, cohort)
    if (found === undefined) throw noSuchCohort()
    sendRevised(response, cohortRevision(found), found)
  })

  routes.patch('/cohorts/:cohort', async (request, response) => {
    const { product, actor } = permitOf(request)
    const { cohort } = parseRequest(inCohort, request.params)
    const { description } = parseRequest(cohortChangeSchema, request.body)
    const { requestId } = doing(request)
    await stores.transaction(async (within) => {
      const before = await within.cohorts.find(product, cohort)
      if (before === undefined) throw noSuchCohort()
      requireSeen(request, cohortRevision(before))
      await within.cohorts.describe(product, cohort, description)
      await within.audit.append({
        ...{ at: now(), actor, action: 'cohort.described', product, subject: `cohort/${cohort}` },
        ...{ before: { description: before.description }, after: { description } },
        ...{ outcome: 'done', requestId },
      })
    })
    const described = await cohorts.find(product, cohort)
    if (described === undefined) throw noSuchCohort()
    sendRevised(response, cohortRevision(described), described)
  })

  routes.delete('/cohorts/:cohort', async (request, response) => {
    const { product, actor } = permitOf(request)
    const { cohort } = parseRequest(inCohort, request.params)
    const { requestId } = doing(request)
    await stores.transaction(async (within) => {
      const before = await within.cohorts.find(product, cohort)
      if (before === undefined) throw noSuchCohort()
      if (before.devices > 0 || before.rule !== undefined) {
        throw new HttpError(
          409,
          'COHORT_IN_USE',
          'The cohort has devices or a rule; assign the devices elsewhere and take the rule away first',
          { facts: { devices: before.devices, rule: before.rule !== undefined } },
        )
      }
      await within.cohorts.remove(product, cohort)
      await within.audit.append({
        ...{ at: now(), actor, action: 'cohort.deleted', product, subject: `cohort/${cohort}` },
        ...{ outcome: 'done', requestId },
      })
    })
    response.status(204).end()
  })

  routes.get('/cohort-rules', async (request, response) => {
    const rules = await cohorts.rules(permitOf(request).product)
    sendRevised(response, revisionOf(rules), { rules })
  })

  routes.post('/cohort-rules', async (request, response) => {
    const { product, actor } = permitOf(request)
    const { rules } = parseRequest(rulesSchema, request.body)
    for (const { filter } of rules) readFilter(filter)
    const { requestId } = doing(request)
    await stores.transaction(async (within) => {
      const before = await within.cohorts.rules(product)
      requireRevision(request, revisionOf(before))
      for (const { cohort } of rules) await within.cohorts.ensure(product, cohort, now())
      await within.cohorts.setRules(product, rules)
      const shown = (all: readonly WrittenRule[]) => all.map((rule) => ({ ...rule }))
      await within.audit.append({
        ...{ at: now(), actor, action: 'cohort-rules.set', product, subject: 'cohort-rules' },
        ...{ before: { rules: shown(before) }, after: { rules: shown(rules) } },
        ...{ outcome: 'done', requestId },
      })
      await within.events.add({
        ...{ at: now(), type: 'cohort-rules.set', product, data: { rules: rules.length } },
      })
      const reached = cohortsReachedAnew(before, rules)
      await door?.reachChanged(within, {
        ...{ product, cohorts: reached, begunToo: true, by: actor, at: now(), requestId },
      })
    })
    // Nobody waits for it: a large fleet takes its time.
    void mover.tick()
    sendRevised(response, revisionOf(rules), { rules })
  })

  routes.post('/cohort-rules/preview', async (request, response) => {
    const { product } = permitOf(request)
    const { rules } = parseRequest(rulesSchema, request.body)
    const read = rules.map(({ cohort, filter }) => ({ cohort, filter: readFilter(filter) }))
    await answerQueued(fleetReads, { request, response }, async (signal) => {
      const moves: { cohort: string; moves: number }[] = []
      for (const [index, { cohort }] of read.entries()) {
        signal.throwIfAborted()
        const query = { product, filter: toBeMovedBy(read, index), now: now() }
        moves.push({ cohort, moves: await deviceSearch.count(query) })
      }
      return { rules: moves }
    })
  })

  return routes
}

/** Rules have no number that counts up: what they say is which they are. */
function revisionOf(rules: readonly WrittenRule[]): { revision: number } {
  const said = JSON.stringify(rules.map(({ cohort, filter }) => [cohort, filter]))
  return { revision: createHash('sha256').update(said).digest().readUIntBE(0, 6) }
}

function noSuchCohort(): HttpError {
  return new HttpError(404, 'NO_SUCH_COHORT', 'The product has no cohort of this name')
}
