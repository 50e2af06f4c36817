/**
 * ETags of single resources that have a revision (RFC 9110 §8.8.3, §13.1.1): whoever changes one says which one he
 * saw, so that nobody undoes what he never looked at. The guard asks for If-Match where the document says
 * `x-if-match`; the route compares.
 */
import type { Request, Response } from 'express'
import { HttpError } from './problem.ts'

export interface Revised {
  readonly revision: number
}

const tagOf = ({ revision }: Revised) => `"${revision}"`

export function sendRevised(response: Response, revised: Revised, view: unknown): void {
  response.set('ETag', tagOf(revised)).json(view)
}

/** Throws 412 unless the caller saw this revision. `*` is any: for who wants to overwrite whatever there is. */
export function requireRevision(request: Request, current: Revised): void {
  const tags = (request.get('if-match') ?? '').split(',').map((tag) => tag.trim())
  if (tags.includes('*') || tags.includes(tagOf(current))) return
  throw new HttpError(412, 'REVISION_CHANGED', 'It was changed since you looked; look again', {
    facts: { revision: current.revision },
  })
}

/** Where a change names its fields one by one, who does not say what he saw means only these. */
export function requireSeen(request: Request, current: Revised): void {
  if (request.get('if-match') !== undefined) requireRevision(request, current)
}

export function ifMatchMissing(): HttpError {
  return new HttpError(
    428,
    'IF_MATCH_MISSING',
    'Say which revision you saw: If-Match with the ETag of the last answer',
  )
}
