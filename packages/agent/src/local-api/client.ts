/** Speaks to a running agent over its socket. */
import { request } from 'node:http'
import type { Readable } from 'node:stream'
import { type Json, parseJson } from '@fleetward/shared'

const ANSWER_MAX_BYTES = 16 * 1024 * 1024

/** What the agent said no to, in the words it said it in. */
export class AgentRefusal extends Error {
  override readonly name = 'AgentRefusal'
  readonly code: string
  readonly json: Json

  constructor(json: Json) {
    const { error } = json as { error: Record<string, unknown> }
    const facts = Object.entries((error.facts ?? {}) as object).map(([n, v]) => `${n}: ${v}`)
    const seen = facts.length > 0 ? ` (${facts.join(', ')})` : ''
    super(`${error.message}${seen} ${error.next}`)
    this.code = String(error.code)
    this.json = json
  }
}

export class AgentAwayError extends Error {
  override readonly name = 'AgentAwayError'

  constructor(socket: string, reason: string) {
    super(
      reason === 'EACCES'
        ? `You may not ask the agent: ${socket} belongs to somebody else. Use sudo, or join its group.`
        : `No agent answers at ${socket}. Start it: fleetward-agent run --settings FILE (or systemctl start fleetward-agent).`,
    )
  }
}

export interface AgentCall {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly body?: Json
  readonly upload?: Readable
  readonly headers?: Readonly<Record<string, string>>
}

export class AgentClient {
  readonly socket: string

  constructor(socket: string) {
    this.socket = socket
  }

  async json(path: string, call: AgentCall = {}): Promise<Json> {
    const blocks: Buffer[] = []
    let length = 0
    for await (const block of await this.stream(path, call)) {
      blocks.push(block as Buffer)
      length += (block as Buffer).length
      if (length > ANSWER_MAX_BYTES) throw new Error('the answer is too long')
    }
    return parseJson(Buffer.concat(blocks), ANSWER_MAX_BYTES)
  }

  /** The body as it comes; AgentRefusal for anything but 200. */
  stream(path: string, { method = 'GET', body, upload, headers }: AgentCall = {}) {
    const { promise, resolve, reject } = Promise.withResolvers<Readable>()
    const outgoing = request({
      socketPath: this.socket,
      method,
      path,
      headers: { host: 'agent', 'fleetward-way': 'cli', ...headers },
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      reject(new AgentAwayError(this.socket, error.code ?? error.message))
    })
    outgoing.on('response', (response) => {
      if (response.statusCode === 200) return resolve(response)
      refusalIn(response).then(reject, reject)
    })
    if (upload !== undefined) upload.on('error', reject).pipe(outgoing)
    else outgoing.end(body === undefined ? undefined : JSON.stringify(body))
    return promise
  }
}

async function refusalIn(response: Readable): Promise<Error> {
  const blocks: Buffer[] = []
  for await (const block of response) blocks.push(block as Buffer)
  return new AgentRefusal(parseJson(Buffer.concat(blocks), ANSWER_MAX_BYTES))
}
