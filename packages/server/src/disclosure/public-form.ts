/** Forms of the public pages, as they come in. */
import type { IncomingMessage } from 'node:http'
import { HttpError } from '../http/problem.ts'

/** Another site must not make its visitors send our forms. Programs say nothing of where they are. */
export function requireOwnPage({ headers }: IncomingMessage): void {
  const site = headers['sec-fetch-site']
  if (site === undefined || site === 'same-origin' || site === 'none') return
  throw new HttpError(403, 'ORIGIN_REFUSED', 'This form was sent by another site')
}

/** A field that comes twice is none of our forms'. */
export function fieldsOf(form: URLSearchParams): Record<string, string> {
  const names = [...form.keys()]
  if (new Set(names).size < names.length) {
    throw new HttpError(400, 'REQUEST_INVALID', 'A field of the form comes twice')
  }
  return Object.fromEntries(form)
}
