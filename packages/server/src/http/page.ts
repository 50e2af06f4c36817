/**
 * Lists come in pages (protocol §11): `after` is the last key of the page before, `limit` how many, and the header
 * `Link: <…>; rel="next"` (RFC 8288) leads on as long as there is more.
 */
import type { Request, Response } from 'express'
import { z } from 'zod'

export const PAGE_MAX_COUNT = 500

export function pageQuery<After extends z.ZodType>(after: After) {
  return z.strictObject({
    after: after.optional().meta({ description: 'What comes behind this' }),
    limit: z.coerce.number().int().min(1).max(PAGE_MAX_COUNT).default(100),
  })
}

export interface Page<Item> {
  /** Read with a limit of one more than {@link limit}: the one too many says that there is more. */
  readonly items: readonly Item[]
  readonly limit: number
  readonly keyOf: (item: Item) => string
  readonly viewOf: (item: Item) => unknown
}

/** Of a list that is short enough to be read whole, in its own order; behind a key that is not in it comes nothing. */
export function sendPageOf<Item>(
  request: Request,
  response: Response,
  all: readonly Item[],
  { after, ...page }: Omit<Page<Item>, 'items'> & { readonly after?: string | undefined },
): void {
  const last = all.findIndex((item) => page.keyOf(item) === after)
  const rest = after === undefined ? all : last < 0 ? [] : all.slice(last + 1)
  sendPage(request, response, { ...page, items: rest.slice(0, page.limit + 1) })
}

export function sendPage<Item>(request: Request, response: Response, page: Page<Item>): void {
  const { limit, keyOf, viewOf } = page
  const items = page.items.slice(0, limit)
  const last = items.at(-1)
  if (page.items.length > limit && last !== undefined) {
    const next = new URL(request.originalUrl, 'http://localhost')
    next.searchParams.set('after', keyOf(last))
    next.searchParams.set('limit', String(limit))
    response.set('Link', `<${next.pathname}${next.search}>; rel="next"`)
  }
  response.json(items.map(viewOf))
}
