/** A server with people who sign in at its pages. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { TestContext } from 'node:test'
import { stepAt, totpAt } from '../../src/sign-in/password/totp.ts'
import type { SoftAuthenticator } from './soft-authenticator.ts'
import { TestServer } from './test-server.ts'
import { WebVisitor } from './web-visitor.ts'

export const PASSWORD = 'seven green bottles hang'

export class SigningIn {
  readonly server: TestServer

  private constructor(server: TestServer) {
    this.server = server
  }

  static async start(
    t: TestContext,
    settings: object = {},
    options: { readonly at?: Date } = {},
  ): Promise<SigningIn> {
    return new SigningIn(await TestServer.start(t, settings, options))
  }

  get origin(): string {
    return `http://localhost:${this.server.running?.ports.operator}`
  }

  get now(): number {
    return Math.floor(this.server.clock.at.getTime() / 1000)
  }

  pass(seconds: number): void {
    this.server.clock.at = new Date(this.server.clock.at.getTime() + seconds * 1000)
  }

  visitor(headers: Readonly<Record<string, string>> = {}): WebVisitor {
    return new WebVisitor(this.origin, headers)
  }

  /** The code of the link for the first administrator. */
  async firstCode(): Promise<string> {
    const file = this.server.running?.firstAdministratorFile
    assert.ok(file !== undefined)
    return (await readFile(file, 'utf8')).trim().split('#')[1] ?? ''
  }

  /** Up to the page that asks how Ada wants to sign in. */
  async begin(code?: string): Promise<WebVisitor> {
    const visitor = this.visitor()
    const begun = await visitor.post('/welcome', { code: code ?? (await this.firstCode()) })
    if (begun.headers.get('location') === '/welcome/you') {
      const named = await visitor.post('/welcome/you', { name: 'Ada', login: 'ada' })
      assert.equal(named.headers.get('location'), '/welcome/way')
    }
    return visitor
  }

  async withPasskey(): Promise<{ visitor: WebVisitor; passkey: SoftAuthenticator }> {
    const visitor = await this.begin()
    return { visitor, passkey: await visitor.makePasskey('/welcome/passkey') }
  }

  async withPassword(): Promise<{ visitor: WebVisitor; seed: Buffer }> {
    const visitor = await this.begin()
    const seed = seedOn((await visitor.get('/welcome/way')).text)
    const answer = await visitor.post('/welcome/password', {
      ...{ password: PASSWORD, again: PASSWORD, code: this.code(seed) },
    })
    assert.equal(answer.headers.get('location'), '/account/codes', answer.text)
    this.pass(30)
    return { visitor, seed }
  }

  code(seed: Buffer): string {
    return totpAt(seed, stepAt(this.now))
  }

  /** A person beside the first administrator, with the code of the link that invites. */
  async invite(login: string): Promise<{ account: string; code: string }> {
    const { status, body } = await this.server.call('POST', '/accounts', {
      ...{ kind: 'person', login, name: login, grants: [{ role: 'viewer', product: '*' }] },
    })
    assert.equal(status, 201, JSON.stringify(body))
    return { account: body.id, code: body.wayIn.url.split('#')[1] }
  }

  /** Newest first. */
  async audit(): Promise<{ action: string; subject: string; code?: string; after?: unknown }[]> {
    const { status, body } = await this.server.call('GET', '/audit?limit=100')
    assert.equal(status, 200, JSON.stringify(body))
    return body
  }
}

/** As the page shows it, out of base32. */
export function seedOn(page: string): Buffer {
  const key = /<code id="key">([A-Z2-7 ]+)<\/code>/.exec(page)?.[1] ?? ''
  const bits = [...key.replaceAll(' ', '')].map((character) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(character).toString(2).padStart(5, '0'),
  )
  const bytes = bits.join('').match(/.{8}/g) ?? []
  assert.equal(bytes.length, 20)
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)))
}
