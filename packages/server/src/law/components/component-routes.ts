import { type Request, Router } from 'express'
import type { z } from 'zod'
import { permitOf } from '../../http/door/permit.ts'
import { sendPage, sendPageOf } from '../../http/page.ts'
import { parseRequest } from '../../http/parse-request.ts'
import { HttpError } from '../../http/problem.ts'
import { requestIdOf } from '../../http/request-id.ts'
import { type Clock, secondsOf } from '../../ports.ts'
import type { Database, Stores } from '../../stores.ts'
import { isPast } from '../day.ts'
import type { RecordRevision } from '../record.ts'
import { componentsPage, newReviewsSchema, reviewsPage } from './component-api.ts'
import type { ComponentReview } from './component-review.ts'
import { type Reviewed, reviewedIn } from './reviewed.ts'

export interface ComponentRoutesNeeds {
  readonly database: Database
  readonly clock: Clock
}

/** Of one supplier in one request. */
const SUPPLIER_AT_ONCE = 1_000
const SUPPLIERS_SHOWN_COUNT = 100
/** Of the names that an entry of the audit log holds. */
const NAMES_AUDITED_COUNT = 50

export function componentRoutes({ database, clock }: ComponentRoutesNeeds): Router {
  const routes = Router({ mergeParams: true })
  const now = () => secondsOf(clock)

  routes.get('/components', async (request, response) => {
    const { product } = permitOf(request)
    const { after, limit, state, supplier } = parseRequest(componentsPage, request.query)
    const { components } = await reviewedIn(database, product, now())
    const shown = components.filter(
      (each) =>
        (state === undefined || each.state === state) &&
        (supplier === undefined || each.supplier === supplier),
    )
    const keyOf = ({ component }: Reviewed) => component
    sendPageOf(request, response, shown, { after, limit, keyOf, viewOf })
  })

  routes.get('/component-status', async (request, response) => {
    const { product } = permitOf(request)
    const { release, state, beyondCount, components } = await reviewedIn(database, product, now())
    const counts = Object.groupBy(components, ({ state: of }) => of)
    const isSettled = (each: Reviewed) => each.state === 'current'
    response.json({
      ...{ release, state, beyondCount, suppliers: openSuppliers(components) },
      counts: Object.fromEntries(
        Object.entries(counts).map(([of, some]) => [of, some?.length ?? 0]),
      ),
      isComplete: state === 'read' && beyondCount === 0 && components.every(isSettled),
    })
  })

  routes.get('/component-reviews', async (request, response) => {
    const { product } = permitOf(request)
    const { component, after: before, limit } = parseRequest(reviewsPage, request.query)
    const page = { before, limit: limit + 1 }
    const items = await database.records.revisions(product, 'component', component, page)
    const keyOf = ({ revision }: RecordRevision<'component'>) => String(revision)
    sendPage(request, response, {
      ...{ items, limit, keyOf },
      viewOf: ({ revision, at, by, content }) => ({
        ...{ revision, at, by },
        ...(content && reviewView(content)),
      }),
    })
  })

  routes.post('/component-reviews', async (request, response) => {
    const wanted = parseRequest(newReviewsSchema, request.body)
    const taken = await database.transaction((stores) => review(stores, request, wanted, now()))
    response.status(201).json(taken)
  })

  return routes
}

async function review(
  stores: Stores,
  request: Request,
  { components: named, supplier, review: words }: z.output<typeof newReviewsSchema>,
  at: number,
) {
  const { product, actor } = permitOf(request)
  if ((named === undefined) === (supplier === undefined)) {
    throw new HttpError(422, 'RECORD_CONTRADICTS', 'Name components or a supplier, one of the two')
  }
  if (isPast(words.nextReviewOn, at)) {
    const { nextReviewOn } = words
    throw new HttpError(422, 'REVIEW_DATE_PAST', 'The next review has to lie ahead', {
      facts: { nextReviewOn },
    })
  }
  const { components } = await reviewedIn(stores, product, at)
  const meant = named === undefined ? ofSupplier(components, supplier) : byName(components, named)
  const taken = meant.slice(0, SUPPLIER_AT_ONCE)
  for (const { component, versions } of taken) {
    const [newest] = await stores.records.revisions(product, 'component', component, { limit: 1 })
    const version = versions.at(-1)
    const content: ComponentReview = {
      ...{ ...words, ...(version === undefined ? {} : { version }) },
      ...(supplier === undefined ? {} : { bySupplier: supplier }),
    }
    const revision = (newest?.revision ?? 0) + 1
    const added = { id: component, revision, at, by: actor.id, content }
    if (!(await stores.records.add(product, 'component', added))) {
      throw new HttpError(409, 'CHANGED_MEANWHILE', 'It changed meanwhile; look again')
    }
  }
  if (taken.length > 0) {
    const names = taken.slice(0, NAMES_AUDITED_COUNT).map(({ component }) => component)
    await stores.audit.append({
      ...{ at, actor, product, action: 'component.reviewed', subject: 'components' },
      after: {
        ...{ count: taken.length, components: names, review: JSON.parse(JSON.stringify(words)) },
        ...(supplier === undefined ? {} : { supplier }),
      },
      ...{ outcome: 'done', requestId: requestIdOf(request) },
    })
  }
  return { reviewedCount: taken.length, leftCount: meant.length - taken.length }
}

/** What somebody refused, one by one, is not accepted with the rest. */
function ofSupplier(components: readonly Reviewed[], supplier: string | undefined) {
  return components.filter(
    (each) => each.supplier === supplier && each.state !== 'current' && each.state !== 'refused',
  )
}

function byName(components: readonly Reviewed[], named: readonly string[]): readonly Reviewed[] {
  const known = new Map(components.map((each) => [each.component, each]))
  return [...new Set(named)].map((component) => {
    const found = known.get(component)
    if (found !== undefined) return found
    throw new HttpError(422, 'GROUND_UNKNOWN', 'The newest release has no such component', {
      facts: { component },
    })
  })
}

function openSuppliers(components: readonly Reviewed[]) {
  const counts = new Map<string, number>()
  for (const { supplier, state } of components) {
    if (supplier === undefined || state === 'current') continue
    counts.set(supplier, (counts.get(supplier) ?? 0) + 1)
  }
  return [...counts]
    .map(([supplier, openCount]) => ({ supplier, openCount }))
    .toSorted((one, other) => other.openCount - one.openCount)
    .slice(0, SUPPLIERS_SHOWN_COUNT)
}

function reviewView({ version, bySupplier, ...review }: ComponentReview) {
  return { review, version, bySupplier }
}

function viewOf({ kept, ...each }: Reviewed) {
  if (kept === undefined) return each
  return { ...each, ...reviewView(kept.content), reviewedAt: kept.at, reviewedBy: kept.by }
}
