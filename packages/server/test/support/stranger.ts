/** Somebody outside at the public listener, with nothing but a browser or a program. */
import { type Agent, request } from 'node:https'

export interface PublicAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

export class Stranger {
  readonly #port: number
  readonly #headers: Readonly<Record<string, string>>
  readonly #from: string

  /** `from`: an address of this machine, 127.0.0.2 for somebody else. */
  constructor(port: number, headers: Readonly<Record<string, string>> = {}, from = '127.0.0.1') {
    this.#port = port
    this.#headers = headers
    this.#from = from
  }

  /** `agent`: for many answers over few connections. */
  get(path: string, agent: Agent | false = false): Promise<PublicAnswer> {
    return this.#send('GET', path, '', {}, agent)
  }

  /** As a browser sends a form. */
  post(
    path: string,
    fields: Readonly<Record<string, string>> | string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<PublicAnswer> {
    const body = typeof fields === 'string' ? fields : new URLSearchParams(fields).toString()
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    return this.#send('POST', path, body, { ...type, ...headers })
  }

  #send(
    method: string,
    path: string,
    body = '',
    headers: Readonly<Record<string, string>> = {},
    agent: Agent | false = false,
  ): Promise<PublicAnswer> {
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          ...{ host: '127.0.0.1', port: this.#port, method, path, localAddress: this.#from },
          // Whose certificate it is has tests of its own.
          rejectUnauthorized: false,
          agent,
          headers: {
            ...{ ...this.#headers, ...headers },
            ...(method === 'GET' ? {} : { 'content-length': Buffer.byteLength(body) }),
          },
        },
        (response) => {
          const parts: Buffer[] = []
          response.on('data', (part: Buffer) => parts.push(part))
          response.on('error', reject)
          response.on('end', () => {
            const text = Buffer.concat(parts).toString()
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
          })
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  }
}
