import { type Request, Router } from 'express'
import { permitOf } from '../../http/door/permit.ts'
import { sendPage } from '../../http/page.ts'
import { parseRequest } from '../../http/parse-request.ts'
import { HttpError } from '../../http/problem.ts'
import { requireRevision, sendRevised } from '../../http/revision.ts'
import { type Clock, secondsOf } from '../../ports.ts'
import type { RetentionSettings } from '../../retention/retention-settings.ts'
import type { Database } from '../../stores.ts'
import type { RecordRevision } from '../record.ts'
import { RecordChanges } from '../record-changes.ts'
import { ANNEX_1_EDITION } from './annex-1.ts'
import { answerSchema, type RequirementAnswer } from './answer.ts'
import { matrixOf } from './matrix.ts'
import { inRequirement, revisionsPage } from './requirement-api.ts'
import { type RequirementRow, ROW_GAPS } from './row.ts'

export interface RequirementRoutesNeeds {
  readonly database: Database
  readonly clock: Clock
  readonly retention: RetentionSettings
  readonly publicBase: string
}

export function requirementRoutes(needs: RequirementRoutesNeeds): Router {
  const { database, clock, retention, publicBase: base } = needs
  const routes = Router({ mergeParams: true })
  const now = () => secondsOf(clock)
  const changes = new RecordChanges({ database, now })

  const rows = (product: string) => matrixOf(database, product, { retention, base, now: now() })
  const find = async (request: Request): Promise<RequirementRow> => {
    const { product } = permitOf(request)
    const { requirement } = parseRequest(inRequirement, { ...request.params, product })
    const row = (await rows(product)).find(({ id }) => id === requirement)
    if (row === undefined) throw new Error(`${requirement} is in no matrix`)
    return row
  }
  const set = async (request: Request, row: RequirementRow, content: RequirementAnswer) => {
    requireRevision(request, { revision: row.kept?.revision ?? 0 })
    const { id, kept: before } = row
    await changes.set(request, 'requirement', { id, before, content })
    return find(request)
  }
  const send = (response: Parameters<typeof sendRevised>[0], row: RequirementRow) =>
    sendRevised(response, { revision: row.kept?.revision ?? 0 }, viewOf(row))

  routes.get('/requirements', async (request, response) => {
    const all = await rows(permitOf(request).product)
    const states = Object.groupBy(all, ({ state }) => state)
    response.json({
      ...{ edition: ANNEX_1_EDITION, rows: all.map(viewOf) },
      states: Object.fromEntries(
        Object.entries(states).map(([state, of]) => [state, of?.length ?? 0]),
      ),
      isComplete: all.every(({ gaps }) => gaps.length === 0),
    })
  })

  routes.get('/requirements/:requirement', async (request, response) => {
    send(response, await find(request))
  })

  routes.post('/requirements/:requirement', async (request, response) => {
    const answer = parseRequest(answerSchema, request.body)
    const row = await find(request)
    await requireGround(database, permitOf(request).product, answer)
    send(response, await set(request, row, { ...answer, edition: ANNEX_1_EDITION }))
  })

  routes.post('/requirements/:requirement/acceptance', async (request, response) => {
    const row = await find(request)
    const { suggestion, kept } = row
    if (suggestion === undefined) {
      throw new HttpError(409, 'NOTHING_SUGGESTED', 'Fleetward suggests nothing for it', {
        facts: { requirement: row.id },
      })
    }
    // Evidence and open points that somebody wrote stay; a reason for not applying does not.
    const { justification: _, assessment: _version, ...before } = kept?.content ?? {}
    const content = { ...before, applies: true, how: suggestion, isSuggested: true }
    send(response, await set(request, row, { ...content, edition: ANNEX_1_EDITION }))
  })

  routes.get('/requirements/:requirement/revisions', async (request, response) => {
    const { product } = permitOf(request)
    const { requirement } = parseRequest(inRequirement, { ...request.params, product })
    const { after: before, limit } = parseRequest(revisionsPage, request.query)
    const page = { before, limit: limit + 1 }
    const items = await database.records.revisions(product, 'requirement', requirement, page)
    const keyOf = ({ revision }: RecordRevision<'requirement'>) => String(revision)
    sendPage(request, response, {
      ...{ items, limit, keyOf },
      viewOf: ({ revision, at, by, content }) => ({
        ...{ revision, at, by },
        answer: content && answerView(content),
      }),
    })
  })

  return routes
}

/** What an answer names has to be there (Art. 13(4): what does not apply is justified by the assessment). */
async function requireGround(
  { risks }: Pick<Database, 'risks'>,
  product: string,
  { applies, justification, assessment, evidence }: Omit<RequirementAnswer, 'edition'>,
): Promise<void> {
  if (!applies && (justification === undefined || assessment === undefined)) {
    throw new HttpError(
      422,
      'REQUIREMENT_UNJUSTIFIED',
      'Say why it does not apply (justification), and which version of the risk assessment says so (assessment)',
    )
  }
  if (assessment !== undefined && !(await risks.findAssessment(product, assessment))) {
    throw new HttpError(422, 'GROUND_UNKNOWN', 'There is no such version of the risk assessment', {
      facts: { assessment },
    })
  }
  for (const risk of evidence?.risks ?? []) {
    if ((await risks.find(product, risk)) !== undefined) continue
    throw new HttpError(422, 'GROUND_UNKNOWN', `The register has no risk ${risk}`, {
      facts: { risk },
    })
  }
}

function answerView({ isSuggested: _, edition: _edition, ...answer }: RequirementAnswer) {
  return answer
}

function viewOf({ kept, gaps, ...row }: RequirementRow) {
  return {
    ...{ ...row, revision: kept?.revision ?? 0 },
    ...(kept === undefined
      ? {}
      : {
          ...{ answer: answerView(kept.content), isSuggested: kept.content.isSuggested ?? false },
          ...{ changedAt: kept.at, changedBy: kept.by },
        }),
    gaps: gaps.map((gap) => ({ gap, sentence: ROW_GAPS[gap] })),
  }
}
