/** A company whose people sign in, with its provider in a process of its own. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { freePort } from './free-port.ts'
import type { Shown, WebVisitor } from './web-visitor.ts'

const CLIENT = 'fleetward'
export const CLIENT_SECRET = 'a secret that both sides know'

export interface Employee {
  readonly subject: string
  readonly claims?: Readonly<Record<string, unknown>>
  readonly methods?: readonly string[]
}

export class Company {
  readonly issuer: string
  readonly #child: ChildProcess

  private constructor(issuer: string, child: ChildProcess) {
    this.issuer = issuer
    this.#child = child
  }

  static async start(t: TestContext, redirect: string): Promise<Company> {
    const port = await freePort()
    const program = join(import.meta.dirname, 'company-process.ts')
    const child = spawn(process.execPath, [program, `${port}`, CLIENT, CLIENT_SECRET, redirect], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: process.env.PATH ?? '' },
    })
    const company = new Company(`http://127.0.0.1:${port}`, child)
    t.after(() => company.stop())
    assert.ok(child.stdout !== null)
    await once(child.stdout, 'data')
    return company
  }

  settings(more: object = {}): object {
    return { id: 'lumen', name: 'Lumen', issuer: this.issuer, clientId: CLIENT, ...more }
  }

  async sendsNext({ claims = {}, ...employee }: Employee): Promise<void> {
    const body = JSON.stringify({ claims, ...employee })
    assert.ok((await fetch(`${this.issuer}/who`, { method: 'PUT', body })).ok)
  }

  /** From a link of ours to the provider; the address that it sends the browser back to. */
  async visit(visitor: WebVisitor, departure: string): Promise<URL> {
    const left = await visitor.get(departure)
    assert.equal(left.status, 303, left.text)
    const cookies = new Map<string, string>()
    let at = new URL(left.headers.get('location') ?? '')
    while (at.origin === this.issuer) {
      const cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
      const response = await fetch(at, { redirect: 'manual', headers: { cookie } })
      for (const set of response.headers.getSetCookie()) {
        const [name = '', value = ''] = (set.split(';')[0] ?? '').split('=')
        cookies.set(name, value)
      }
      const location = response.headers.get('location')
      assert.ok(location !== null, `${response.status} ${await response.text()}`)
      at = new URL(location, at)
    }
    return at
  }

  /** There and back. */
  async signIn(visitor: WebVisitor, departure = '/sign-in/company/lumen'): Promise<Shown> {
    const back = await this.visit(visitor, departure)
    return visitor.get(back.pathname + back.search)
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill()
    await ended
  }
}
