/**
 * Serves the pages: who may open what, where a form may come from, and how a refusal is said. A script of ours gets
 * problem details, a person a page.
 */
import { type ErrorRequestHandler, type Request, type RequestHandler, Router } from 'express'
import type { Logger } from 'pino'
import { BODY_TIME, limitBodyTime } from '../../http/body-time.ts'
import { refusalIsKept } from '../../http/door/attempt.ts'
import { STEP_UP_SECONDS } from '../../http/door/permit.ts'
import { inOrder } from '../../http/in-order.ts'
import { HttpError, problemOf, sendProblem } from '../../http/problem.ts'
import { isNoted } from '../noted-refusal.ts'
import { HOME } from '../own-path.ts'
import { betterAddress, type PagePlace, partyOf } from '../page-place.ts'
import { shownProblem } from '../pages/problem-words.ts'
import { errorPage } from '../pages/small-pages.ts'
import { nowSeconds, type SignInParts } from '../sign-in-parts.ts'
import { pageHeaders } from './page-headers.ts'
import { pageRequest } from './page-request.ts'
import type { PageRequest, PageRoute } from './page-route.ts'

export interface PageRouterNeeds {
  readonly parts: Omit<SignInParts, 'party'>
  readonly place: PagePlace
  /** Writes refused attempts into the audit log. */
  readonly refusals: ErrorRequestHandler
  readonly log: Logger
}

export function pageRouter(needs: PageRouterNeeds, routes: readonly PageRoute[]): Router {
  const { place, refusals, log } = needs
  const router = Router({ caseSensitive: true, strict: true })
  const opened = new WeakMap<Request, { readonly route: PageRoute; readonly page: PageRequest }>()

  const serve =
    (route: PageRoute): RequestHandler =>
    async (request, response) => {
      const { origin } = partyOf(place, request)
      if (route.method === 'POST') requireOwnForm(request, origin)
      if (route.onlyFromHere === true) requireOwnLink(request)
      const better = betterAddress(place, { id: '', origin }, request)
      if (better !== undefined) {
        response.redirect(307, better)
        return
      }
      const page = await pageRequest(needs, request, response)
      opened.set(request, { route, page })
      const instead = whereInstead(route, page, request)
      if (instead !== undefined) {
        page.go(instead)
        return
      }
      try {
        await route.handle(page)
      } catch (error) {
        if (isNoted(error)) refusalIsKept(request)
        throw error
      }
    }

  for (const [path, there] of Map.groupBy(routes, (route) => route.path)) {
    for (const route of there) {
      const door = router.route(path)
      const handler = inOrder([pageHeaders, limitBodyTime(BODY_TIME), serve(route)])
      if (route.method === 'GET') door.get(handler)
      else door.post(handler)
    }
  }
  // Behind all of them: another path may be the same address with another method.
  for (const [path, there] of Map.groupBy(routes, (route) => route.path)) {
    router.all(path, (_request, response) => {
      const allowed = there.map(({ method }) => method).join(', ')
      response.set('Allow', allowed)
      throw new HttpError(405, 'METHOD_NOT_ALLOWED', `This address knows ${allowed}`)
    })
  }

  const sayRefusal: ErrorRequestHandler = async (error, request, response, next) => {
    const { status, code, facts = {} } = problemOf(error)
    const why = reasonsOf(error)
    if (status < 500 && why.length > 0) log.info({ event: 'sign-in-refused', code, why })
    if (typeof facts.waitSeconds === 'number') {
      response.set('Retry-After', String(facts.waitSeconds))
    }
    const known = opened.get(request)
    if (known === undefined || isScript(request) || response.headersSent) return next(error)
    const { route, page } = known
    if (status >= 500) log.error({ err: error, path: route.path }, 'a page could not be shown')
    const problem = shownProblem(page.say, error)
    // The page of somebody who is not signed in any more is no page to show.
    const isTheirs = route.who === 'anybody' || page.isSignedIn
    const said = isTheirs ? await route.refused?.(page, problem) : undefined
    response.status(status)
    page.show(said ?? errorPage(page.say, problem))
  }
  router.use(refusals, sayRefusal, sendProblem(log))
  return router
}

/** Undefined when the route may be opened. Throws for scripts, and for forms of who is not signed in any more. */
function whereInstead(
  { who, method }: PageRoute,
  page: PageRequest,
  request: Request,
): string | undefined {
  if (who === 'anybody') return undefined
  const next = (path: string) => new URLSearchParams({ next: path }).toString()
  if (!page.isSignedIn) {
    // With its query: who proves anew in a tab of its own has to come back to where the proof is waited for.
    if (method === 'GET') return `/sign-in?${next(request.originalUrl)}`
    throw new HttpError(401, 'ACCESS_DENIED', 'Sign in first')
  }
  if (who === 'signedIn') return undefined
  const { provedAt } = page.open.session
  if (nowSeconds(page.parts) - provedAt < STEP_UP_SECONDS) return undefined
  if (!isScript(request)) return `/step-up?${next(method === 'GET' ? request.path : HOME)}`
  throw new HttpError(403, 'STEP_UP_REQUIRED', 'This needs a fresh proof that it is you', {
    facts: { seconds: STEP_UP_SECONDS },
  })
}

/** What the answer does not say and the operator may need: a passkey or a company's answer that does not verify. */
function reasonsOf(error: unknown): readonly string[] {
  const reasons: string[] = []
  let cause = error instanceof HttpError ? error.cause : undefined
  while (cause instanceof Error && reasons.length < 4) {
    reasons.push(`${cause.name}: ${cause.message}`.slice(0, 300))
    cause = cause.cause
  }
  return reasons
}

/** SameSite cookies keep other sites out already; this keeps out who shares the site, and signing in on behalf of others. */
function requireOwnForm(request: Request, origin: string): void {
  const site = request.get('sec-fetch-site')
  if (request.get('origin') === origin && (site === undefined || site === 'same-origin')) return
  throw new HttpError(403, 'ORIGIN_REFUSED', 'Only pages of this server may do this')
}

/** `none`: typed, or from the bookmarks. Browsers that do not say it keep to SameSite alone. */
function requireOwnLink(request: Request): void {
  if (['same-origin', 'none'].includes(request.get('sec-fetch-site') ?? 'none')) return
  throw new HttpError(403, 'ORIGIN_REFUSED', 'Only pages of this server may do this')
}

function isScript(request: Request): boolean {
  return (request.get('content-type') ?? '').startsWith('application/json')
}
