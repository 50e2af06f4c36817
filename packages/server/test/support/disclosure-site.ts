/** A server whose disclosure pages are set up, with its officer, and strangers in front of it. */
import assert from 'node:assert/strict'
import { startEdge } from '../../src/edge.ts'
import { type Caller, signedIn, storesOf } from './people.ts'
import { Stranger } from './stranger.ts'
import { TestServer } from './test-server.ts'

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS
export const CONTACT = 'mailto:security@example.com'
export const KEY =
  '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nxjMEZabc+/==\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n'
export const REPORT = {
  title: 'The lamp takes any firmware',
  text: 'Send it a file over UDP 4711.\nIt installs it.',
  affected: 'Lumen Lamp',
  version: '1.4.2',
}

type Ending = Parameters<typeof TestServer.start>[0]

export class Site {
  readonly server: TestServer
  readonly officer: Caller

  private constructor(server: TestServer, officer: Caller) {
    this.server = server
    this.officer = officer
  }

  /** `more`: of the server's settings file. */
  static async open(
    t: Ending,
    settings: object = { contacts: [CONTACT] },
    more: object = {},
  ): Promise<Site> {
    const server = await TestServer.start(t, more, { startEdge })
    const officer = await signedIn(server, [{ role: 'securityOfficer', product: '*' }])
    const site = new Site(server, officer)
    if (Object.keys(settings).length > 0) await site.set(settings)
    return site
  }

  async set(settings: object): Promise<void> {
    const { status, body } = await this.server.call('PATCH', '/disclosure/settings', settings)
    assert.equal(status, 200, JSON.stringify(body))
  }

  stranger(headers: Record<string, string> = {}, from?: string): Stranger {
    return new Stranger(this.server.running?.ports.public ?? 0, headers, from)
  }

  /** Sends a report; its follow-up code and id. */
  async report(fields: object = {}): Promise<{ code: string; id: string }> {
    const { status, text } = await this.stranger().post('/security/report', {
      ...REPORT,
      ...fields,
    })
    assert.equal(status, 200, text)
    const code = /fwr_[\w-]+/.exec(text)?.[0] ?? ''
    return { code, id: code.split('_')[1] ?? '' }
  }

  async move(id: string, ...states: readonly (string | object)[]): Promise<void> {
    for (const state of states) {
      const body = typeof state === 'string' ? { state } : state
      const answer = await this.officer.call('POST', `/disclosure/reports/${id}/state`, body)
      assert.equal(answer.status, 200, JSON.stringify(answer.body))
    }
  }

  /** Types of all events so far. */
  async told(): Promise<string[]> {
    await this.server.keepBooks()
    const events = await storesOf(this.server).events.after(0, 500)
    return events.map(({ type }) => type).filter((type) => type.startsWith('disclosure.'))
  }

  later(ms: number): void {
    this.server.clock.at = new Date(this.server.clock.at.getTime() + ms)
  }
}
