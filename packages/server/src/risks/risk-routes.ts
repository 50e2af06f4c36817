import { type Request, Router } from 'express'
import { permitOf } from '../http/door/permit.ts'
import { sendPage } from '../http/page.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import { requireRevision, sendRevised } from '../http/revision.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import { type AssessmentHead, isOverdue, statusOf } from './assessment.ts'
import { type KeptRisk, levelOf } from './risk.ts'
import {
  assessmentsPage,
  inAssessment,
  inRisk,
  newAssessmentSchema,
  newRiskSchema,
  riskChangeSchema,
  risksPage,
} from './risk-api.ts'
import { RiskChanges } from './risk-changes.ts'

export interface RiskRoutesNeeds {
  readonly database: Database
  readonly clock: Clock
}

export function riskRoutes({ database, clock }: RiskRoutesNeeds): Router {
  const routes = Router({ mergeParams: true })
  const now = () => secondsOf(clock)
  const changes = new RiskChanges({ database, now })
  const { risks } = database

  const find = async (request: Request) => {
    const { product } = permitOf(request)
    const { risk: id } = parseRequest(inRisk, { product, risk: request.params.risk })
    const found = await risks.find(product, id)
    if (found === undefined) throw new HttpError(404, 'NO_SUCH_RISK', 'There is no such risk here')
    return found
  }

  routes.get('/risks', async (request, response) => {
    const { product } = permitOf(request)
    const { after, limit } = parseRequest(risksPage, request.query)
    const items = await risks.list(product, { after, limit: limit + 1 })
    sendPage(request, response, { items, limit, keyOf: ({ id }) => id, viewOf: riskView })
  })

  routes.post('/risks', async (request, response) => {
    const wanted = parseRequest(newRiskSchema, request.body)
    const added = await changes.add(request, wanted)
    response.status(201)
    sendRevised(response, added, riskView(added))
  })

  routes.get('/risks/:risk', async (request, response) => {
    const found = await find(request)
    sendRevised(response, found, riskView(found))
  })

  routes.patch('/risks/:risk', async (request, response) => {
    const change = parseRequest(riskChangeSchema, request.body)
    const found = await find(request)
    requireRevision(request, found)
    const changed = await changes.change(request, found, change)
    sendRevised(response, changed, riskView(changed))
  })

  routes.delete('/risks/:risk', async (request, response) => {
    const found = await find(request)
    requireRevision(request, found)
    await changes.remove(request, found)
    response.status(204).end()
  })

  routes.get('/risk-assessments', async (request, response) => {
    const { product } = permitOf(request)
    const { after: before, limit } = parseRequest(assessmentsPage, request.query)
    const items = await risks.assessments(product, { before, limit: limit + 1 })
    const keyOf = ({ version }: AssessmentHead) => String(version)
    sendPage(request, response, { items, limit, keyOf, viewOf: headView })
  })

  routes.post('/risk-assessments', async (request, response) => {
    const review = parseRequest(newAssessmentSchema, request.body)
    const { risks: _risks, ...head } = await changes.review(request, review)
    response.status(201).json(headView(head))
  })

  routes.get('/risk-assessments/:version', async (request, response) => {
    const { product } = permitOf(request)
    const { version } = parseRequest(inAssessment, { product, version: request.params.version })
    const found = await risks.findAssessment(product, version)
    if (found === undefined) {
      throw new HttpError(404, 'NO_SUCH_VERSION', 'There is no such version')
    }
    const { risks: reviewed, ...head } = found
    response.json({ ...headView(head), risks: reviewed.map(riskView) })
  })

  routes.get('/risk-status', async (request, response) => {
    const { product } = permitOf(request)
    const all = await risks.all(product)
    response.json(statusOf(all, await risks.latestAssessment(product), now()))
  })

  const headView = (head: AssessmentHead) => ({
    ...head,
    isOverdue: isOverdue(head.nextReviewOn, now()),
  })
  return routes
}

const riskView = (risk: KeptRisk) => ({ ...risk, level: levelOf(risk) })
