/** A browser without a screen: keeps cookies, sends what browsers send, fills in forms, has a passkey. */
import assert from 'node:assert/strict'
import { type Bent, SoftAuthenticator } from './soft-authenticator.ts'

export interface Shown {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Of a refusal, as the page or the problem says it. */
  readonly code: string | undefined
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared, not computed with
  readonly json: any
}

export class WebVisitor {
  readonly origin: string
  readonly cookies = new Map<string, string>()
  readonly #headers: Readonly<Record<string, string>>

  constructor(origin: string, headers: Readonly<Record<string, string>> = {}) {
    this.origin = origin
    this.#headers = headers
  }

  /** Redirects are not followed. */
  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Shown> {
    return this.#send('GET', path, headers)
  }

  post(
    path: string,
    fields: Readonly<Record<string, string>> = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Shown> {
    const type = { 'content-type': 'application/x-www-form-urlencoded', origin: this.origin }
    return this.#send('POST', path, { ...type, ...headers }, new URLSearchParams(fields).toString())
  }

  script(
    path: string,
    body: object = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Shown> {
    const type = { 'content-type': 'application/json', origin: this.origin }
    return this.#send('POST', path, { ...type, ...headers }, JSON.stringify(body))
  }

  /** Signs in with it. */
  async showPasskey(passkey: SoftAuthenticator, bent: Bent = {}): Promise<Shown> {
    const { json: asked } = await this.script('/sign-in/passkey/options')
    const response = passkey.show(asked.options, bent)
    return this.script('/sign-in/passkey', { attempt: asked.attempt, response, next: '' })
  }

  /** At the account page, or while an account is set up. */
  async makePasskey(at: '/welcome/passkey' | '/account/passkeys'): Promise<SoftAuthenticator> {
    const { json: asked } = await this.script(`${at}/options`)
    const passkey = new SoftAuthenticator(this.origin)
    const response = passkey.make(asked.options)
    const made = await this.script(at, { attempt: asked.attempt, name: 'laptop', response })
    assert.equal(made.status, 200, made.text)
    return passkey
  }

  async #send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<Shown> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(`${this.origin}${path}`, {
      ...{ method, body: body ?? null, redirect: 'manual' },
      headers: { ...(cookie === '' ? {} : { cookie }), ...this.#headers, ...headers },
    })
    for (const set of response.headers.getSetCookie()) this.#keep(set)
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    const json = isJson ? JSON.parse(text) : undefined
    const code = json?.code ?? /Code ([A-Z_]{4,})/.exec(text)?.[1]
    return { status: response.status, headers: response.headers, text, code, json }
  }

  #keep(setCookie: string): void {
    const [pair = ''] = setCookie.split(';')
    const [name = '', value = ''] = pair.split('=')
    if (/Max-Age=0\b/i.test(setCookie)) this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}
