import { pipeline } from 'node:stream/promises'
import { type AuditVerdict, readAuditLine } from '@fleetward/shared'
import { Router } from 'express'
import { EVERYWHERE } from '../accounts/rights.ts'
import { permitOf } from '../http/door/permit.ts'
import { sendPage } from '../http/page.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import { requestIdOf } from '../http/request-id.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import { auditQuery, exportQuery } from './audit-api.ts'
import type { AuditKeys } from './audit-keys.ts'
import type { ChainedLine } from './audit-store.ts'
import { exportedLog } from './export/exported-log.ts'
import { verifyLog } from './verify-log.ts'

export interface AuditRoutesNeeds {
  readonly database: Database
  readonly keys: AuditKeys
  /** Of this server, in syslog messages. */
  readonly host: string
  readonly clock: Clock
}

const TYPES = { jsonl: 'application/x-ndjson', ocsf: 'application/x-ndjson', rfc5424: 'text/plain' }

export function auditRoutes({ database, keys, host, clock }: AuditRoutesNeeds): Router {
  const routes = Router()
  const now = () => secondsOf(clock)
  let verifying: Promise<AuditVerdict> | undefined

  routes.get('/audit', async (request, response) => {
    const permit = permitOf(request)
    const { after, limit, product, ...filter } = parseRequest(auditQuery, request.query)
    const may = permit.productsWith('audit.read')
    if (product !== undefined && !permit.mayIn(product, 'audit.read')) throw noSuchProduct()
    // What belongs to no product is for those alone who may read of all.
    const products = product === undefined ? (may === EVERYWHERE ? undefined : may) : [product]
    const items = await database.audit.find({
      ...{ ...filter, before: after, limit: limit + 1 },
      ...(products === undefined ? {} : { products }),
    })
    sendPage(request, response, { items, limit, keyOf: ({ seq }) => String(seq), viewOf })
  })

  routes.get('/audit/head', async (_request, response) => {
    const head = await database.audit.head()
    const checkpoint = await database.audit.checkpoint()
    const set = JSON.parse(new TextDecoder().decode(await keys.publicKeys())) as unknown
    const statement =
      head.seq === 0 ? undefined : await keys.sign({ kind: 'head', ...head, at: now() })
    response.json({ ...head, statement, checkpoint: checkpoint?.token, keys: set })
  })

  routes.get('/audit/verification', async (_request, response) => {
    // It reads the whole log: whoever asks meanwhile hears of the same look.
    verifying ??= verifyLog({ database, keys }).finally(() => {
      verifying = undefined
    })
    response.json(await verifying)
  })

  routes.get('/audit/export', async (request, response) => {
    const { format, since } = parseRequest(exportQuery, request.query)
    // The whole log leaves the server: that, too, is to be found later.
    await database.audit.append({
      ...{ at: now(), actor: permitOf(request).actor, action: 'audit.exported' },
      ...{ subject: 'audit', after: { format, since: since ?? null }, outcome: 'done' },
      requestId: requestIdOf(request),
    })
    response.type(TYPES[format])
    const log = exportedLog({ database, keys, host }, { format, since, now: now() })
    try {
      await pipeline(log, response)
    } catch (error) {
      // Whoever hung up in the middle wants no answer any more.
      if (!response.destroyed) throw error
    }
  })

  return routes
}

function viewOf({ seq, hash, line }: ChainedLine) {
  const entry = readAuditLine(line)
  return entry === undefined ? { seq, hash, damaged: line } : { ...entry, hash }
}

function noSuchProduct(): HttpError {
  return new HttpError(404, 'NO_SUCH_PRODUCT', 'There is no such product')
}
