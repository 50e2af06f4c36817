import {
  fromCsafVex,
  fromCycloneDxVex,
  fromOpenVex,
  VexError,
  type VexFormat,
} from '@fleetward/vulnerability'
import { Router } from 'express'
import { requireContentType } from '../http/content-type.ts'
import { permitOf } from '../http/door/permit.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import { answerQueued } from '../http/queued-answer.ts'
import { readBytes } from '../http/request-body.ts'
import { requestIdOf } from '../http/request-id.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import { WorkQueue } from '../threads/work-queue.ts'
import { exportVex } from './export-vex.ts'
import { vexQuery } from './vex-api.ts'

const DOCUMENT_MAX_BYTES = 16 * 1024 ** 2
const LISTED_MAX_COUNT = 100

export interface VexRoutesNeeds {
  readonly database: Database
  readonly clock: Clock
  readonly publicBase: string
}

export function vexRoutes({ database, clock, publicBase }: VexRoutesNeeds): Router {
  const routes = Router({ mergeParams: true })
  /** Every finding and statement of a product. */
  const queue = new WorkQueue()
  const now = () => secondsOf(clock)

  routes.get('/vex', async (request, response) => {
    const { product } = permitOf(request)
    const { format } = parseRequest(vexQuery, request.query)
    const settings = (await database.disclosure.settings())?.settings
    const publisher = {
      name: settings?.organisation || product,
      namespace: settings?.publicUrl || publicBase,
    }
    await answerQueued(queue, { request, response }, () =>
      exportVex(database, product, format, { publisher, at: now() }),
    )
  })

  routes.put('/vex', requireContentType('application/octet-stream'), async (request, response) => {
    const { product, actor } = permitOf(request)
    const { format } = parseRequest(vexQuery, request.query)
    const read = importOf(format, await readBytes(request, DOCUMENT_MAX_BYTES))
    const { id, publisher, statements, skipped, lost } = read
    await database.transaction(async (stores) => {
      for (const statement of statements) await stores.statements.takeOver(product, statement)
      await stores.audit.append({
        ...{ at: now(), actor, action: 'vex.imported', product, subject: `vex/${id}` },
        ...{ outcome: 'done', requestId: requestIdOf(request) },
        after: { format, publisher, statements: statements.length, skipped: skipped.length },
      })
    })
    response.json({
      ...{ id, publisher, statements: statements.length },
      ...{ skipped: skipped.slice(0, LISTED_MAX_COUNT), lost: lost.slice(0, LISTED_MAX_COUNT) },
    })
  })

  return routes
}

function importOf(format: VexFormat, bytes: Uint8Array) {
  try {
    if (format === 'OpenVEX') return fromOpenVex(bytes)
    return format === 'CSAF' ? fromCsafVex(bytes) : fromCycloneDxVex(bytes)
  } catch (error) {
    if (!(error instanceof VexError)) throw error
    throw new HttpError(422, 'VEX_INVALID', error.problems.join('; '), { cause: error })
  }
}
