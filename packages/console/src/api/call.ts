/**
 * One request to the operator API, typed by the OpenAPI document. A change carries a key, so that a repetition takes
 * effect once; a lost session or a proof that is too old is asked for, and then the same request is sent again: nothing
 * that was typed is lost.
 */
import { noteAnswer, noteSilence } from '../live/away.ts'
import { askToEnter, beginAnew, isSignedOut, isSomebodyElse, noteSignedIn } from './door.ts'
import type { Operations } from './operator-api.gen.ts'
import { Away, Refused } from './refused.ts'

export const API = '/api/1'

export type Name = keyof Operations
export type AnswerOf<N extends Name> = Operations[N]['answer']

/** What an operation is given; nothing has to be said that it does not need. */
export type Given<N extends Name> = Needed<'path', Operations[N]['path']> &
  Needed<'query', Operations[N]['query']> &
  (Operations[N]['body'] extends undefined ? unknown : { readonly body: Operations[N]['body'] }) &
  (Operations[N]['ifMatch'] extends true
    ? { readonly ifMatch: string }
    : { readonly ifMatch?: string }) & {
    readonly signal?: AbortSignal
    /** For bodies that are no JSON. */
    readonly contentType?: string
  }

type Needed<Key extends string, Fields> = keyof Fields extends never
  ? unknown
  : Partial<Fields> extends Fields
    ? { readonly [K in Key]?: Fields }
    : { readonly [K in Key]: Fields }

export interface Answer<Value> {
  readonly value: Value
  /** For If-Match of a change to what was seen. */
  readonly etag: string
  /** Where the next page begins (`after`), as long as there is one. */
  readonly next: string | undefined
}

export async function call<N extends Name>(
  name: N,
  ...[given]: Partial<Given<N>> extends Given<N> ? [Given<N>?] : [Given<N>]
): Promise<Answer<AnswerOf<N>>> {
  const loose = given as Loose | undefined
  const response = await knockUntilOpen(requestOf(name, loose), Object.keys(loose?.path ?? {}))
  return {
    value: (await contentOf(response)) as AnswerOf<N>,
    etag: response.headers.get('etag') ?? '*',
    next: nextOf(response),
  }
}

/** Where a browser finds the answer itself, as a download. */
export function hrefOf(path: string, query: Readonly<Record<string, unknown>> = {}): string {
  const search = searchOf(query)
  return `${API}${path}${search}`
}

interface Loose {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: unknown
  readonly ifMatch?: string
  readonly signal?: AbortSignal
  readonly contentType?: string
}

function requestOf(name: string, given: Loose = {}): () => Request {
  const [method = '', template = ''] = name.split(' ', 2)
  const path = template.replace(/\{(\w+)\}/g, (_, key: string) => partOf(given.path?.[key] ?? ''))
  const headers = new Headers({ accept: 'application/json, */*' })
  // The server takes changes from its own pages alone, and this header is what others cannot send.
  if (method !== 'GET') headers.set('x-fleetward', '1')
  if (method === 'POST' || method === 'PATCH') headers.set('idempotency-key', crypto.randomUUID())
  if (given.ifMatch !== undefined) headers.set('if-match', given.ifMatch)
  const { body } = given
  const isRaw = body instanceof Blob || body instanceof Uint8Array
  if (body !== undefined) {
    headers.set(
      'content-type',
      given.contentType ?? (isRaw ? 'application/octet-stream' : 'application/json'),
    )
  }
  return () =>
    new Request(hrefOf(path, given.query), {
      ...{ method, headers, signal: given.signal },
      body: body === undefined ? undefined : isRaw ? (body as BodyInit) : JSON.stringify(body),
    })
}

/** A link may name anything: what would lead up in the path asks for, or changes, something else than the page says. */
function partOf(name: string): string {
  if (/^\.{1,2}$/.test(name)) throw new Refused(404, { title: `Nothing is called ${name}` })
  return encodeURIComponent(name)
}

async function knockUntilOpen(
  request: () => Request,
  inPath: readonly string[],
): Promise<Response> {
  const isAct = request().method !== 'GET'
  // The cookie is the browser's: who came in by it elsewhere, and opened no page of the console, told nobody.
  if (isAct) await requireSamePerson()
  for (;;) {
    const response = await sent(request())
    if (response.ok) {
      // What was asked before the session ended may be answered after it.
      if (isSignedOut.value && (await requireSamePerson().catch(() => false))) noteSignedIn()
      return response
    }
    const refused = await refusalOf(response, inPath)
    if (refused.status === 401) await askToEnter('sign-in', isAct)
    else if (refused.code === 'STEP_UP_REQUIRED') await askToEnter('step-up', isAct)
    else throw refused
    // Also after a proof: a session that ended in its tab may be somebody else's by now.
    await requireSamePerson()
  }
}

/**
 * False: not in after all, and the request itself asks again. Does not end when somebody else came in: the request is
 * not theirs, and the page begins anew.
 */
async function requireSamePerson(): Promise<boolean> {
  const response = await sent(new Request(`${API}/me`))
  if (response.status === 401) return false
  // Not known is not the same person: nothing is sent.
  if (!response.ok) throw await refusalOf(response, [])
  const { id } = (await response.json()) as AnswerOf<'GET /me'>
  if (!isSomebodyElse(id)) return true
  beginAnew()
  return new Promise(() => {})
}

async function sent(request: Request): Promise<Response> {
  try {
    const response = await fetch(request)
    noteAnswer()
    return response
  } catch (error) {
    if (request.signal.aborted) throw error
    noteSilence()
    throw new Away(error)
  }
}

async function refusalOf(response: Response, inPath: readonly string[]): Promise<Refused> {
  try {
    return new Refused(response.status, await response.json(), inPath)
  } catch {
    return new Refused(response.status, {}, inPath)
  }
}

async function contentOf(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined
  const type = response.headers.get('content-type') ?? ''
  return /^application\/([a-z.-]+\+)?json/.test(type)
    ? await response.json()
    : await response.blob()
}

function nextOf(response: Response): string | undefined {
  const link = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1]
  if (link === undefined) return undefined
  return new URL(link, location.origin).searchParams.get('after') ?? undefined
}

function searchOf(query: Readonly<Record<string, unknown>>): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(key, String(value))
  }
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}
