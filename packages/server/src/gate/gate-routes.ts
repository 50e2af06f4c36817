import { type Request, Router } from 'express'
import { answersOf } from '../findings/answers.ts'
import type { Finding, MatchedRelease } from '../findings/finding.ts'
import { inVersion } from '../findings/finding-api.ts'
import { permitOf } from '../http/door/permit.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import { requestIdOf } from '../http/request-id.ts'
import type { Clock } from '../ports.ts'
import type { Database, Stores } from '../stores.ts'
import { type GateInput, gateOf } from './gate.ts'
import { gateCheckSchema } from './gate-api.ts'
import type { KeptGateResult } from './gate-store.ts'

const FINDINGS_AT_ONCE = 500
const RESULTS_MAX_COUNT = 100

export interface GateRoutesNeeds {
  readonly database: Database
  readonly clock: Clock
}

export function gateRoutes({ database, clock }: GateRoutesNeeds): Router {
  const routes = Router({ mergeParams: true })

  const find = async (request: Request) => {
    const { product } = permitOf(request)
    const { version } = parseRequest(inVersion, { ...request.params, product })
    if ((await database.releases.find(product, version)) === undefined) {
      throw new HttpError(404, 'NO_SUCH_RELEASE', 'No such release is published')
    }
    return { product, version }
  }

  routes.get('/releases/:version/gate', async (request, response) => {
    const { product, version } = await find(request)
    const results = await database.gate.results(product, version, RESULTS_MAX_COUNT)
    response.json(results.map(viewOf))
  })

  routes.post('/releases/:version/gate', async (request, response) => {
    const { threshold } = parseRequest(gateCheckSchema, request.body)
    const { product, version } = await find(request)
    const now = clock.now()
    const at = Math.floor(now.getTime() / 1000)
    const kept = await database.transaction(async (stores) => {
      const facts = await factsOf(stores, product, version, at)
      const result = gateOf({ ...facts, version, threshold, now })
      await stores.gate.keep(product, version, { at, result })
      const codes = [...new Set(result.reasons.map(({ code }) => code))].join(' ')
      await stores.audit.append({
        ...{ at, actor: permitOf(request).actor, action: 'release.gate-checked', product },
        ...{ subject: `release/${version}`, outcome: 'done', requestId: requestIdOf(request) },
        after: { isOpen: result.isOpen, threshold, reasons: codes },
      })
      return { at, result }
    })
    response.json(viewOf(kept))
  })

  return routes
}

const viewOf = ({ at, result }: KeptGateResult) => ({ at, ...result })

async function factsOf(
  { feeds, findings, statements }: Stores,
  product: string,
  version: string,
  at: number,
): Promise<Pick<GateInput, 'feeds' | 'matched' | 'findings'>> {
  const matched = await findings.matched(product, version)
  const isCurrent = matched?.generation === (await feeds.revision())
  const open: Finding[] = []
  let after: string | undefined
  for (;;) {
    const query = { product, release: version, withEnded: false, after, limit: FINDINGS_AT_ONCE }
    const some = await findings.list(query)
    open.push(...some)
    after = some.at(-1)?.id
    if (some.length < FINDINGS_AT_ONCE) break
  }
  const said = await statements.ofPersons(product)
  const here = [{ version, endedAt: undefined }]
  return {
    feeds: await feeds.list(),
    matched: matched && { isCurrent, ...openCounts(matched) },
    findings: open.map((finding) => ({ finding, answer: answersOf(finding, here, said, at)[0] })),
  }
}

function openCounts({ coverage }: MatchedRelease) {
  const { componentCount, lookedUpCount, undecidedCounts } = coverage
  const undecidedCount = Object.values(undecidedCounts).reduce((sum, count) => sum + count, 0)
  return { notLookedUpCount: componentCount - lookedUpCount, undecidedCount }
}
