/**
 * The device's local API from its own page. Every request shows both halves of the session: the
 * cookie, which scripts cannot read, and the token, which no other port of this host is sent.
 */

const TOKEN = 'token'
/** Events that did not come for so long, heartbeats among them: the connection is dead. */
const SILENCE_MS = 90_000

export class ApiError extends Error {
  constructor(status, { code = 'UNKNOWN', facts = {} } = {}) {
    super(code)
    this.status = status
    this.code = code
    this.facts = facts
  }
}

export const NOT_PAIRED = 'NOT_PAIRED'

/** A browser may keep nothing at all; then the page works until it is closed. */
const memory = new Map()

export function read(name) {
  try {
    return localStorage.getItem(`fleetward.${name}`) ?? ''
  } catch {
    return memory.get(name) ?? ''
  }
}

export function store(name, value) {
  try {
    if (value === '') localStorage.removeItem(`fleetward.${name}`)
    else localStorage.setItem(`fleetward.${name}`, value)
  } catch {
    memory.set(name, value)
  }
}

/** Resolves to what the device answers; rejects with {@link ApiError}. */
export async function call(method, path, body) {
  const answer = await request(method, path, {
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  return answer.json()
}

/** Saves what the device streams as a file of the browser's. */
export async function download(method, path, { body, fileName }) {
  const answer = await request(method, path, {
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const url = URL.createObjectURL(await answer.blob())
  const link = document.createElement('a')
  link.href = url
  link.download = nameIn(answer.headers.get('content-disposition')) ?? fileName
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

export async function upload(path, file, headers) {
  const answer = await request('POST', path, {
    body: file,
    headers: { ...headers, 'content-type': 'application/octet-stream' },
  })
  return answer.json()
}

export async function pair(code) {
  const { token } = await call('POST', '/session', { code })
  store(TOKEN, token)
}

export async function leave() {
  try {
    await call('DELETE', '/session')
  } finally {
    store(TOKEN, '')
  }
}

/**
 * Calls `onEvent` for every event until `signal` aborts or the stream ends; then resolves. With
 * fetch, because EventSource cannot show a token.
 */
export async function follow(onEvent, signal) {
  const quiet = new AbortController()
  let silence = setTimeout(() => quiet.abort(), SILENCE_MS)
  const answer = await request('GET', '/1/events', {
    signal: AbortSignal.any([signal, quiet.signal]),
  })
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read()
    clearTimeout(silence)
    if (done) return
    silence = setTimeout(() => quiet.abort(), SILENCE_MS)
    const blocks = (rest + value).split(/\r?\n\r?\n/)
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const name = /^event: ?(.*)$/m.exec(block)?.[1]
      if (name !== undefined) onEvent(name)
    }
  }
}

async function request(method, path, { headers = {}, ...options }) {
  let answer
  try {
    answer = await fetch(path, {
      ...{ method, cache: 'no-store', redirect: 'error' },
      headers: { ...headers, 'fleetward-token': read(TOKEN) },
      ...options,
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(0, { code: 'DEVICE_AWAY' })
  }
  if (answer.ok) return answer
  const { error } = await answer.json().catch(() => ({}))
  throw new ApiError(answer.status, error)
}

function nameIn(disposition) {
  return /filename="([\w.-]+)"/.exec(disposition ?? '')?.[1]
}
