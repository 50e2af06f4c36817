import { type Request, Router } from 'express'
import { permitOf } from '../http/door/permit.ts'
import { sendPage } from '../http/page.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import { requestIdOf } from '../http/request-id.ts'
import { requireRevision, sendRevised } from '../http/revision.ts'
import { secondsOf } from '../ports.ts'
import type { Stores } from '../stores.ts'
import { newCaseSchema } from './case-api.ts'
import { type Changed, openCase, recordIn } from './case-changes.ts'
import type { CaseRoutesNeeds } from './case-routes.ts'
import { inFull } from './case-view.ts'
import type { Suggestion } from './suggestion.ts'
import { dismissSchema, inSuggestion, suggestionQuery, takeUpSchema } from './suggestion-api.ts'
import { prefilled } from './take-up.ts'

export function suggestionRoutes({ database, clock }: CaseRoutesNeeds): Router {
  const routes = Router()
  const now = () => secondsOf(clock)

  const find = async (
    { caseSuggestions }: Pick<Stores, 'caseSuggestions'>,
    request: Request,
    permission: 'case.read' | 'case.manage',
  ): Promise<Suggestion> => {
    const { id } = parseRequest(inSuggestion, { id: request.params.id })
    const found = await caseSuggestions.find(id)
    if (found !== undefined && permitOf(request).mayIn(found.product, permission)) return found
    throw new HttpError(404, 'NO_SUCH_SUGGESTION', 'There is no such suggestion')
  }

  routes.get('/case-suggestions', async (request, response) => {
    const { after: before, limit, state } = parseRequest(suggestionQuery, request.query)
    const products = permitOf(request).productsWith('case.read')
    const query = { products, state, before, limit: limit + 1 }
    const items = await database.caseSuggestions.list(query)
    sendPage(request, response, { items, limit, keyOf: ({ id }: Suggestion) => id, viewOf })
  })

  routes.get('/case-suggestions/:id', async (request, response) => {
    const found = await find(database, request, 'case.read')
    sendRevised(response, found, viewOf(found))
  })

  routes.post('/case-suggestions/:id/take-up', async (request, response) => {
    const { title, answers } = parseRequest(takeUpSchema, request.body)
    await find(database, request, 'case.manage')
    const at = now()
    const opened = await database.transaction(async (stores) => {
      const found = await find(stores, request, 'case.manage')
      const { product, firstAt } = found
      const { wanted: filled, acts } = await prefilled(stores, found, title)
      const wanted = newCaseSchema.parse({ product, ...filled, firstSignalAt: firstAt })
      let changed: Changed = await openCase(stores, request, wanted, at)
      for (const act of acts) changed = await recordIn(stores, request, changed, act, at)
      for (const [question, given] of Object.entries(answers)) {
        if (given === undefined) continue
        const act = { type: 'severityAnswered', question, ...given } as const
        changed = await recordIn(
          stores,
          request,
          changed,
          act as Parameters<typeof recordIn>[3],
          at,
        )
      }
      const { id } = changed.file
      await decide(stores, request, found, { state: 'taken-up', caseId: id, decidedAt: at })
      return changed
    })
    response.status(201)
    sendRevised(response, opened.file, await inFull(opened.file, opened.events, at))
  })

  routes.post('/case-suggestions/:id/dismiss', async (request, response) => {
    const { reason } = parseRequest(dismissSchema, request.body)
    const dismissed = await database.transaction(async (stores) => {
      const found = await find(stores, request, 'case.manage')
      return decide(stores, request, found, { state: 'dismissed', reason, decidedAt: now() })
    })
    sendRevised(response, dismissed, viewOf(dismissed))
  })

  return routes
}

function viewOf({ number: _, ...suggestion }: Suggestion) {
  return suggestion
}

async function decide(
  { caseSuggestions, audit }: Stores,
  request: Request,
  found: Suggestion,
  decision: Pick<Suggestion, 'state'> & { decidedAt: number; caseId?: string; reason?: string },
): Promise<Suggestion> {
  requireRevision(request, found)
  if (found.state !== 'open') {
    throw new HttpError(409, 'SUGGESTION_DECIDED', 'Somebody decided about it already')
  }
  const { actor } = permitOf(request)
  const next = { ...found, ...decision, decidedBy: actor.id, revision: found.revision + 1 }
  if (!(await caseSuggestions.replace(found.revision, next))) {
    throw new HttpError(409, 'CHANGED_MEANWHILE', 'The suggestion changed; look again')
  }
  const { state, decidedAt, caseId } = next
  await audit.append({
    ...{ at: decidedAt, actor, action: 'case.suggestion-decided', product: found.product },
    ...{ subject: `case-suggestion/${found.id}`, outcome: 'done', requestId: requestIdOf(request) },
    after: { state, ...(caseId === undefined ? {} : { case: caseId }) },
  })
  return next
}
