/**
 * Speaks to the operator API (protocol §11) over node:http and node:https: nothing the other side
 * compresses is ever decoded, nothing is followed elsewhere, answers have a limit.
 */
import { createReadStream } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { pipeline } from 'node:stream'
import { Refusal } from '../refusal.ts'

const ANSWER_MAX_BYTES = 16 * 1024 * 1024
/** A silent server is given up on; a slow upload is not. */
const SILENCE_LIMIT_MS = 60_000

export interface ServerAccess {
  readonly url: string
  readonly token: string
  /** PEM; for a server whose certificate no public authority issued. */
  readonly ca?: string
}

interface Exchanged {
  /** Undefined where there was nothing to say. */
  readonly value: unknown
  readonly headers: http.IncomingHttpHeaders
}

export interface FileBody {
  readonly file: string
  readonly length: number
  onProgress?(sentBytes: number): void
}

export class ApiClient {
  readonly #url: URL
  readonly #token: string
  readonly #ca: string | undefined

  constructor({ url, token, ca }: ServerAccess) {
    this.#url = parseServerUrl(url)
    this.#token = token
    this.#ca = ca
  }

  get(path: string): Promise<unknown> {
    return this.#send('GET', path)
  }

  /** All pages of a list. */
  async all(path: string): Promise<unknown[]> {
    const items: unknown[] = []
    let next: string | undefined = path
    while (next !== undefined) {
      const { value, headers } = await this.#exchange('GET', next)
      if (!Array.isArray(value)) throw refusedBy(200, value)
      items.push(...value)
      const following = nextPage(headers.link)
      // A page that leads to itself would never end.
      next = following === next ? undefined : following
    }
    return items
  }

  /** What is there now, changed by this; refused when somebody else changes it in between. */
  async change(path: string, edit: object): Promise<unknown> {
    const { headers } = await this.#exchange('GET', path)
    return this.#send('PATCH', path, 'application/json', Buffer.from(JSON.stringify(edit)), {
      'if-match': headers.etag ?? '',
    })
  }

  /** Does this to what is there now; refused when somebody changes it in between. */
  async postOn(path: string, act: string, body: object = {}): Promise<unknown> {
    const { headers } = await this.#exchange('GET', path)
    const bytes = Buffer.from(JSON.stringify(body))
    return this.#send('POST', `${path}/${act}`, 'application/json', bytes, {
      'if-match': headers.etag ?? '',
    })
  }

  /** `isRevised`: it has an ETag, and is removed as it is now or not at all. */
  async delete(path: string, { isRevised = false } = {}): Promise<unknown> {
    if (!isRevised) return this.#send('DELETE', path)
    const { headers } = await this.#exchange('GET', path)
    const ifMatch = { 'if-match': headers.etag ?? '' }
    return this.#send('DELETE', path, undefined, undefined, ifMatch)
  }

  /** The answer as it comes: for what is long, or does not end. */
  open(path: string, headers: Record<string, string> = {}): Promise<http.IncomingMessage> {
    const { request } = this.#url.protocol === 'https:' ? https : http
    return new Promise((resolve, reject) => {
      const sent = request(
        new URL(`api/1${path}`, this.#url),
        {
          timeout: SILENCE_LIMIT_MS,
          ...(this.#ca === undefined ? {} : { ca: this.#ca }),
          headers: {
            'accept-encoding': 'identity',
            authorization: `Bearer ${this.#token}`,
            ...headers,
          },
        },
        (response) => {
          if (response.statusCode === 200) return resolve(response)
          readAnswer(response).then(
            () => reject(refusedBy(response.statusCode ?? 0, undefined)),
            (error: unknown) =>
              reject(error instanceof Refusal ? error : unreachable(this.#url, error)),
          )
        },
      )
      sent.on('timeout', () => sent.destroy(new Error('the server was silent for a minute')))
      sent.on('error', (cause) => reject(unreachable(this.#url, cause)))
      sent.end()
    })
  }

  post(path: string, body: object = {}): Promise<unknown> {
    return this.#send('POST', path, 'application/json', Buffer.from(JSON.stringify(body)))
  }

  patch(path: string, body: object): Promise<unknown> {
    return this.#send('PATCH', path, 'application/json', Buffer.from(JSON.stringify(body)))
  }

  /** Exactly these bytes: they are signed. */
  putBytes(path: string, bytes: Uint8Array): Promise<unknown> {
    return this.#send('PUT', path, 'application/json', bytes)
  }

  putFile(
    path: string,
    body: FileBody,
    contentType = 'application/octet-stream',
  ): Promise<unknown> {
    return this.#send('PUT', path, contentType, body)
  }

  /** What is there now, made into what is to be there; refused when somebody changes it in between. */
  async edit(path: string, change: (before: unknown) => object): Promise<unknown> {
    const { value, headers } = await this.#exchange('GET', path)
    const bytes = Buffer.from(JSON.stringify(change(value)))
    return this.#send('POST', path, 'application/json', bytes, { 'if-match': headers.etag ?? '' })
  }

  /** In place of what is there now; refused when somebody else changes it in between. */
  async replace(path: string, body: object): Promise<unknown> {
    const { headers } = await this.#exchange('GET', path)
    const bytes = Buffer.from(JSON.stringify(body))
    return this.#send('POST', path, 'application/json', bytes, { 'if-match': headers.etag ?? '' })
  }

  async #send(
    method: string,
    path: string,
    contentType?: string,
    body?: Uint8Array | FileBody,
    more: Record<string, string> = {},
  ): Promise<unknown> {
    return (await this.#exchange(method, path, contentType, body, more)).value
  }

  #exchange(
    method: string,
    path: string,
    contentType?: string,
    body?: Uint8Array | FileBody,
    more: Record<string, string> = {},
  ): Promise<Exchanged> {
    const { request } = this.#url.protocol === 'https:' ? https : http
    return new Promise((resolve, reject) => {
      const sent = request(
        new URL(`api/1${path}`, this.#url),
        {
          method,
          timeout: SILENCE_LIMIT_MS,
          ...(this.#ca === undefined ? {} : { ca: this.#ca }),
          headers: {
            accept: 'application/json',
            'accept-encoding': 'identity',
            authorization: `Bearer ${this.#token}`,
            ...(contentType === undefined || body === undefined
              ? {}
              : { 'content-type': contentType, 'content-length': body.length }),
            ...more,
          },
        },
        (response) => {
          readAnswer(response).then(
            (value) => resolve({ value, headers: response.headers }),
            (error: unknown) =>
              reject(error instanceof Refusal ? error : unreachable(this.#url, error)),
          )
        },
      )
      sent.on('timeout', () => sent.destroy(new Error('the server was silent for a minute')))
      sent.on('error', (cause) => {
        // Once there is an answer it counts: a server that refuses an upload stops reading it.
        reject(unreachable(this.#url, cause))
      })
      if (body === undefined || body instanceof Uint8Array) sent.end(body)
      else sendFile(sent, body)
    })
  }
}

/** RFC 8288; what leads away from this API is not followed. */
function nextPage(link: string | string[] | undefined): string | undefined {
  return /^<\/api\/1(\/[^>]+)>; rel="next"$/.exec(String(link ?? ''))?.[1]
}

function sendFile(sent: http.ClientRequest, { file, onProgress }: FileBody): void {
  let sentBytes = 0
  async function* counted(bytes: AsyncIterable<Buffer>) {
    for await (const part of bytes) {
      yield part
      sentBytes += part.length
      onProgress?.(sentBytes)
    }
  }
  const source = createReadStream(file, { highWaterMark: 256 * 1024 })
  // Errors of either side end up on the request, which has its own listener.
  pipeline(source, counted, sent, () => {})
}

async function readAnswer(response: http.IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length
    if (length > ANSWER_MAX_BYTES) {
      response.destroy()
      throw new Refusal('ANSWER_TOO_LONG', 'The answer of the server is far too long', {
        next: 'Check that --server is the address of a Fleetward server.',
      })
    }
    parts.push(part)
  }
  const status = response.statusCode ?? 0
  const answer = parseAnswer(Buffer.concat(parts))
  if (status === 204) return undefined
  if (status >= 200 && status < 300 && answer !== undefined) return answer
  throw refusedBy(status, answer)
}

function parseAnswer(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

/** What the server said in its problem details (RFC 9457); it is shown, nothing is decided by it. */
function refusedBy(status: number, answer: unknown): Refusal {
  const problem = typeof answer === 'object' && answer !== null ? answer : {}
  const { code, title, facts } = problem as { code?: unknown; title?: unknown; facts?: object }
  if (typeof code !== 'string' || typeof title !== 'string') {
    return new Refusal('SERVER_REFUSED', `The server answered ${status} and no reason`, {
      next: 'Check that --server is the address of the operator API.',
      facts: { status },
    })
  }
  const seen = Object.entries(facts ?? {})
    .filter((fact) => !isCode(...fact))
    .map(([name, value]) => `${name}: ${value}`)
  const said = seen.length === 0 ? title : `${title} – ${seen.join(', ')}`
  return new Refusal(code, [said, ...mistakesIn(problem), ...reasonsIn(problem)].join('\n  '), {
    next:
      NEXT_STEPS[code] ??
      'Nothing was changed by this request; the code is explained in docs/protocol.md, section 13.',
    facts: { status, ...(facts ?? {}) },
  })
}

/** A second code, of what the sentence says already: for programs, which have all facts. */
const isCode = (name: string, value: unknown) =>
  name === 'reason' && typeof value === 'string' && /^[A-Z]+(?:_[A-Z]+)+$/.test(value)

/** Of an import: which lines, and what is wrong with them. */
function mistakesIn(problem: object): string[] {
  const { mistakes } = problem as { mistakes?: unknown }
  if (!Array.isArray(mistakes)) return []
  return mistakes.slice(0, MISTAKES_SHOWN).map((mistake: Record<string, unknown>) => {
    const { line, field, what } = mistake ?? {}
    return `line ${line}${field === undefined ? '' : `, ${field}`}: ${what}`
  })
}

const MISTAKES_SHOWN = 20

/** Of a gate that is closed: each reason. Names in SBOMs and feeds are the words of strangers. */
function reasonsIn(problem: object): string[] {
  const { reasons } = problem as { reasons?: unknown }
  if (!Array.isArray(reasons)) return []
  return reasons.map((reason: Record<string, unknown>) => {
    const { version, code, sentence, finding } = reason ?? {}
    const of = finding === undefined ? '' : ` (finding ${finding})`
    const words = `${version === undefined ? '' : `${version}: `}${code}: ${sentence}${of}`
    return words.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')
  })
}

const NEXT_STEPS: Readonly<Record<string, string>> = {
  ACCESS_DENIED:
    'The token was mistyped, revoked, is over, or is of another server. Whoever has an account makes one signed in, on the page /api/1/docs of the server under POST /me/tokens (docs/accounts.md, API tokens); an administrator makes accounts: `fleetward accounts --help`. Then give its file as --token-file.',
  NOT_PERMITTED:
    'Use a token with this permission among its scopes, made signed in at /api/1/docs (POST /me/tokens) or with `fleetward tokens create <name> --scope <permission> …`. If your account lacks it, somebody who manages accounts gives you one of these roles: `fleetward accounts grant <account> <role>@<product>` (product: * means for all products). What only a person may decide the server’s admin-token may not: make a token of your own (docs/accounts.md, API tokens).',
  TOKEN_EXPIRED: 'Make a new token, signed in to the server’s pages.',
  REVISION_CHANGED: 'Look at it again, then repeat the command if it still applies.',
  NOT_ANSWERABLE:
    'Let the person who answers for the account do it, with a token that has the scope token.own, or signed in at /api/1/docs.',
  NO_SUCH_ACCOUNT: 'See which there are with `fleetward accounts list`.',
  LAST_ADMINISTRATOR: 'Give somebody else the role first: `fleetward accounts grant`.',
  NO_SUCH_PRODUCT:
    'See which there are with `fleetward products list`, or make it with `fleetward products create <product>`.',
  PRODUCT_EXISTS: 'Its keys can be read with `fleetward products show <product>`.',
  FILTER_INVALID: 'Correct the filter; docs/filters.md has the language.',
  FILTER_MEANS_OTHERS: 'Look with `fleetward devices count`, then repeat the command.',
  IMPORT_REFUSED: 'Mend these lines and import the file again.',
  NO_SUCH_DEVICE: 'See which there are with `fleetward devices list`.',
  NO_SUCH_COHORT: 'See which there are with `fleetward cohorts list`.',
  NO_SUCH_FILTER: 'See which there are with `fleetward filters list`.',
  COHORT_IN_USE: 'Assign its devices elsewhere and take its rule away first.',
  DEVICE_DECOMMISSIONED: 'If the id is to be used again: `fleetward devices expect --again`.',
  NO_SUCH_RELEASE:
    'See which there are with `fleetward release list`, or publish it with `fleetward release publish`.',
  GATE_CLOSED:
    'Mend each of these (docs/gate.md says how) and run the same command again; what is uploaded stays. A person can let single reasons through: `fleetward gate waive`.',
  RELEASE_EXISTS: 'Give the release a new version; published bytes never change.',
  THRESHOLD_NOT_MET:
    'The repository of the server knows other keys: publish root and targets first with `fleetward repository publish`.',
  NO_SUCH_ROLLOUT: 'See which there are with `fleetward rollout status --product <product>`.',
  ROLLOUT_EXISTS:
    'Widen that one with `fleetward rollout widen`, or resume it with `fleetward rollout resume`.',
  ROLLOUT_WITHDRAWN: 'Start a new one with `fleetward rollout start`.',
  RELEASE_WITHDRAWN: 'Roll out another release; a withdrawn one does not come back.',
  NO_SUCH_VULNERABILITY:
    'See whether there are feeds with `fleetward feeds list`, and what could not be looked up with `fleetward findings coverage <version>`.',
  NO_SUCH_FINDING: 'See which there are with `fleetward findings list`.',
  VEX_NOT_EXPORTABLE: 'Decide a finding first: `fleetward findings decide`.',
  FEED_REFUSED: 'Fetch it again, or name its kind; docs/feeds.md says where each is from.',
  NO_SUCH_ADVISORY: 'See which there are with `fleetward advisories list`.',
  ADVISORY_INCOMPLETE: 'Write what is missing: `fleetward advisories edit --help`.',
  ADVISORY_PUBLISHER_UNKNOWN:
    'Say who publishes: `fleetward disclosure contact --organisation … --contact …`.',
  ADVISORY_FIX_MISSING:
    'Publish a release that fixes it, or use --when-fixed, or --without-fix-because.',
  NO_SUCH_CASE: 'See which there are with `fleetward cases list`.',
  NOT_REPORTABLE: 'Mark it, with the evidence: `fleetward cases exploited` or `cases severe`.',
  STAGE_OUT_OF_ORDER:
    'Record the one before it first with `fleetward cases submit`; `cases show` has the order.',
  REPORT_OUTSTANDING:
    'Record it with `fleetward cases submit`, or take the mark back with `fleetward cases take-back`.',
  TIME_IMPOSSIBLE:
    'Compare with the times of `fleetward cases show`; --time 10m is ten minutes ago.',
  ALREADY_RECORDED: 'See it with `fleetward cases show`; `fleetward cases correct` mends it.',
  NO_SUCH_DOSSIER: 'See which there are with `fleetward dossier list <product>`.',
  DECLARATION_CHANGED:
    'Print it again with `fleetward dossier sign-declaration <product>`, read it, and sign that.',
  DECLARATION_INCOMPLETE: 'Fill the facts: `fleetward products facts gaps <product>`.',
  INFORMATION_INCOMPLETE: 'Write them with `fleetward products facts set <product>`.',
  NOTHING_SUGGESTED:
    'Answer it yourself with `fleetward products requirements answer`; suggestions are made of the facts (docs/product-law.md).',
  REQUIREMENT_UNJUSTIFIED: 'Give both: --set justification=… --set assessment=<version>.',
  NO_SUCH_SUBSCRIPTION: 'See which there are with `fleetward subscriptions list`.',
  ROLE_MISSING: 'Publish root and targets first with `fleetward repository publish`.',
}

function unreachable(url: URL, cause: unknown): Refusal {
  const why = cause instanceof Error ? cause.message || cause.name : String(cause)
  return new Refusal('SERVER_UNREACHABLE', `${url.origin} cannot be reached: ${why}`, {
    next: 'Check --server and whether the server runs; then repeat the command, which is safe.',
    cause,
  })
}

/** The token opens everything, so it travels encrypted or not at all (protocol §11). */
function parseServerUrl(text: string): URL {
  const url = URL.parse(text.endsWith('/') ? text : `${text}/`)
  const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url?.hostname ?? '')
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback)) return url
  throw new Refusal('SERVER_URL_INVALID', `${text} is no address of an operator API`, {
    next: 'Give https://…, or http://127.0.0.1:8080 on the machine of the server.',
    usage: true,
  })
}
