/** Routes of the kinds of records whose ids people choose: each is added, written anew and removed alike. */
import { type Request, Router } from 'express'
import { permitOf } from '../http/door/permit.ts'
import { sendPage, sendPageOf } from '../http/page.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import { requireRevision, sendRevised } from '../http/revision.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import type { KeptRecord, RecordKind, RecordKinds, RecordRevision } from './record.ts'
import {
  inRecord,
  type RecordWords,
  recordRevisionsPage,
  recordSchemas,
  recordsPage,
} from './record-api.ts'
import { RecordChanges } from './record-changes.ts'

export interface NamedKind<Kind extends RecordKind> extends RecordWords {
  readonly kind: Kind
  /** Why it cannot be written so. */
  flawOf?(content: RecordKinds[Kind]): string | undefined
  /** Throws when it names what is not there. */
  ground?(database: Database, product: string, content: RecordKinds[Kind]): Promise<void>
  gapsOf(content: RecordKinds[Kind], around: Around): readonly string[]
}

export interface Around {
  /** Seconds. */
  readonly now: number
  /** Ids of the risks in the register. */
  readonly risks: ReadonlySet<string>
}

/** No product has more of any kind that is named by hand. */
const ALL_COUNT = 2_000

export function recordRoutes<Kind extends RecordKind>(
  named: NamedKind<Kind>,
  { database, clock }: { readonly database: Database; readonly clock: Clock },
): Router {
  const { kind, path, one, param } = named
  const routes = Router({ mergeParams: true })
  const now = () => secondsOf(clock)
  const changes = new RecordChanges({ database, now })
  const schemas = recordSchemas(named)
  const { records } = database

  const around = async (product: string): Promise<Around> => ({
    now: now(),
    risks: new Set((await database.risks.all(product)).map(({ id }) => id)),
  })
  const viewOf = ({ id, revision, at, by, content }: KeptRecord<Kind>, surroundings: Around) => ({
    ...{ id, revision, changedAt: at, changedBy: by, ...content },
    gaps: named.gapsOf(content, surroundings),
  })
  const idIn = (request: Request): string => {
    const { product } = permitOf(request)
    const params = parseRequest(inRecord(named), { ...request.params, product })
    return String((params as Readonly<Record<string, unknown>>)[param])
  }
  const find = async (request: Request): Promise<KeptRecord<Kind>> => {
    const found = await records.find(permitOf(request).product, kind, idIn(request))
    if (found !== undefined) return found
    throw new HttpError(404, 'NO_SUCH_RECORD', `There is no such ${one} here`)
  }
  const readable = async (request: Request, content: RecordKinds[Kind]) => {
    const flaw = named.flawOf?.(content)
    if (flaw !== undefined) throw new HttpError(422, 'RECORD_CONTRADICTS', flaw)
    await named.ground?.(database, permitOf(request).product, content)
    return content
  }

  routes.get(`/${path}`, async (request, response) => {
    const { product } = permitOf(request)
    const { after, limit, gaps } = parseRequest(recordsPage, request.query)
    const surroundings = await around(product)
    const all = (await records.list(product, kind, { limit: ALL_COUNT })).map((each) =>
      viewOf(each, surroundings),
    )
    const shown = gaps ? all.filter((each) => each.gaps.length > 0) : all
    const keyOf = ({ id }: { readonly id: string }) => id
    sendPageOf(request, response, shown, { after, limit, keyOf, viewOf: (view) => view })
  })

  routes.post(`/${path}`, async (request, response) => {
    const { id, ...rest } = parseRequest(schemas.added, request.body)
    const content = await readable(request, rest as unknown as RecordKinds[Kind])
    const { product } = permitOf(request)
    if ((await records.find(product, kind, id)) !== undefined) {
      throw new HttpError(409, 'RECORD_EXISTS', `There is a ${one} ${id}`)
    }
    const added = await changes.set(request, kind, { id, before: undefined, content })
    response.status(201)
    sendRevised(response, added, viewOf(added, await around(product)))
  })

  routes.get(`/${path}/:${param}`, async (request, response) => {
    const found = await find(request)
    sendRevised(response, found, viewOf(found, await around(permitOf(request).product)))
  })

  routes.post(`/${path}/:${param}`, async (request, response) => {
    const before = await find(request)
    const words = parseRequest(schemas.set, request.body)
    requireRevision(request, before)
    const content = await readable(request, words as unknown as RecordKinds[Kind])
    const after = await changes.set(request, kind, { id: before.id, before, content })
    sendRevised(response, after, viewOf(after, await around(permitOf(request).product)))
  })

  routes.delete(`/${path}/:${param}`, async (request, response) => {
    const before = await find(request)
    requireRevision(request, before)
    await changes.set(request, kind, { id: before.id, before, content: undefined })
    response.status(204).end()
  })

  routes.get(`/${path}/:${param}/revisions`, async (request, response) => {
    const { product } = permitOf(request)
    const id = idIn(request)
    const { after: before, limit } = parseRequest(recordRevisionsPage, request.query)
    const items = await records.revisions(product, kind, id, { before, limit: limit + 1 })
    // What was removed is still read here; what never was is not.
    if (items.length === 0 && before === undefined) await find(request)
    const keyOf = ({ revision }: RecordRevision<Kind>) => String(revision)
    sendPage(request, response, {
      ...{ items, limit, keyOf },
      viewOf: ({ revision, at, by, content }) => ({ revision, at, by, content }),
    })
  })

  return routes
}
