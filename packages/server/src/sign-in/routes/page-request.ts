import { isIP } from 'node:net'
import type { Request, Response } from 'express'
import { type OpenSession, sessionActor } from '../../accounts/sessions.ts'
import { addressOf } from '../../http/address.ts'
import { noteAttempt } from '../../http/door/attempt.ts'
import { sessionSecretOf } from '../../http/door/session-cookie.ts'
import { parseRequest } from '../../http/parse-request.ts'
import { HttpError } from '../../http/problem.ts'
import { readBody } from '../../http/request-body.ts'
import { languageOf } from '../../pages/language.ts'
import { type PagePlace, partyOf } from '../page-place.ts'
import { sayIn } from '../pages/say.ts'
import type { SignInParts } from '../sign-in-parts.ts'
import { newVisitor, visitorOf } from '../visitor.ts'
import type { PageRequest } from './page-route.ts'

const BODY_MAX_BYTES = 32 * 1024

/** Who comes, from where, in which language, and by what he is answered. */
export async function pageRequest(
  { parts, place }: { readonly parts: Omit<SignInParts, 'party'>; readonly place: PagePlace },
  request: Request,
  response: Response,
): Promise<PageRequest> {
  const { sessions } = parts
  const party = partyOf(place, request)
  const secret = sessionSecretOf(request, sessions)
  const open = secret === undefined ? undefined : await sessions.find(secret)
  if (open !== undefined) {
    const actor = { ...sessionActor(open), address: addressOf(request) }
    noteAttempt(request, { actor, product: undefined })
  }
  const language = languageOf(request.get('accept-language'))
  let typed: Record<string, string> = {}
  return {
    ...{
      parts: { ...parts, party },
      say: sayIn(language),
      visitor: visitor(request, response, parts),
    },
    ...{ params: request.params as Record<string, string>, isSignedIn: open !== undefined },
    query: new URL(request.originalUrl, party.origin).searchParams,
    get open(): OpenSession {
      if (open === undefined) throw new HttpError(401, 'ACCESS_DENIED', 'Sign in first')
      return open
    },
    passkeys: isIP(party.id.replace(/^\[|\]$/g, '')) === 0,
    form: async (schema) => {
      const type = 'application/x-www-form-urlencoded'
      const body = await readBody(request, { type, maxBytes: BODY_MAX_BYTES })
      typed = fieldsOf(new URLSearchParams(body.toString()))
      return parseRequest(schema, typed)
    },
    get typed() {
      return typed
    },
    json: async (schema) => {
      const body = await readBody(request, { type: 'application/json', maxBytes: BODY_MAX_BYTES })
      return parseRequest(schema, parsed(body))
    },
    setCookies: (cookies) => response.append('Set-Cookie', [...cookies]),
    show: (page) => response.type('html').send(page.toString()),
    answer: (value) => response.json(value),
    go: (path) => response.redirect(303, path),
  }
}

/** Every browser gets a name of its own with the first page. */
function visitor(
  request: Request,
  response: Response,
  { sessions }: Pick<SignInParts, 'sessions'>,
) {
  const known = visitorOf(request, sessions)
  if (known !== undefined) return known
  const made = newVisitor(request, sessions)
  response.append('Set-Cookie', made.cookie)
  return made.visitor
}

/** A field that comes twice is none of our forms'. */
function fieldsOf(form: URLSearchParams): Record<string, string> {
  const names = [...form.keys()]
  if (new Set(names).size < names.length) {
    throw new HttpError(400, 'REQUEST_INVALID', 'A field of the form comes twice')
  }
  return Object.fromEntries(form)
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch (cause) {
    throw new HttpError(400, 'BODY_INVALID', 'The request cannot be read', { cause })
  }
}
