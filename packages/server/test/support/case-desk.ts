/** A server whose people open cases, and say what happened to them at which time. */
import assert from 'node:assert/strict'
import { PRODUCT } from './desk.ts'
import { type Caller, signedIn, signIn, storesOf } from './people.ts'
import { TestServer } from './test-server.ts'

export const HOUR = 3_600
export const DAY = 24 * HOUR
/** 2026-11-21T00:00:00Z, where the server's clock begins. */
export const START = Date.UTC(2026, 10, 21) / 1000
export const VULNERABILITY = {
  ...{ product: PRODUCT, kind: 'vulnerability', title: 'Command injection in systeminformation' },
  ...{ cves: ['CVE-2021-21315'], versions: ['1.4.1', '1.4.2'], fixedVersion: '1.4.3' },
}
export const INCIDENT = { product: PRODUCT, kind: 'incident', title: 'Forged updates' }

// biome-ignore lint/suspicious/noExplicitAny: answers are compared, not computed with
export type Answered = { readonly status: number; readonly body: any }
export const said = ({ status, body }: Answered) => [status, body?.code]
type Ending = Parameters<typeof TestServer.start>[0]

async function madeProduct(server: TestServer): Promise<void> {
  await server.call('POST', '/products', { id: PRODUCT })
}

export class CaseDesk {
  readonly server: TestServer
  officer: Caller

  private constructor(server: TestServer, officer: Caller) {
    this.server = server
    this.officer = officer
  }

  static async open(t: Ending, prepare = madeProduct): Promise<CaseDesk> {
    const server = await TestServer.start(t)
    await prepare(server)
    return new CaseDesk(server, await signedIn(server, [{ role: 'securityOfficer', product: '*' }]))
  }

  async case(wanted: object): Promise<string> {
    const { status, body } = await this.officer.call('POST', '/cases', wanted)
    assert.equal(status, 201, JSON.stringify(body))
    return body.id
  }

  act(id: string, act: object): Promise<Answered> {
    return this.officer.call('POST', `/cases/${id}/events`, act, { 'if-match': '*' })
  }

  async acts(id: string, ...acts: readonly object[]): Promise<Answered['body']> {
    let last: Answered['body']
    for (const act of acts) {
      const { status, body } = await this.act(id, act)
      assert.equal(status, 200, JSON.stringify([act, body]))
      last = body
    }
    return last
  }

  async show(id: string, query = ''): Promise<Answered['body']> {
    const { status, body } = await this.officer.call('GET', `/cases/${id}${query}`)
    assert.equal(status, 200, JSON.stringify(body))
    return body
  }

  async sheet(id: string, stage: string): Promise<Answered['body']> {
    const { status, body } = await this.officer.call('GET', `/cases/${id}/sheet?stage=${stage}`)
    assert.equal(status, 200, JSON.stringify(body))
    return body
  }

  /** Of cases, so far. */
  async told() {
    await this.server.keepBooks()
    const events = await storesOf(this.server).events.after(0, 500)
    return events.filter(({ type }) => type.startsWith('case.'))
  }

  /** Seconds since {@link START}. Whoever signed in long ago signs in again. */
  async at(seconds: number): Promise<void> {
    this.server.clock.at = new Date((START + seconds) * 1000)
    if (this.server.running === undefined) await this.server.start()
    this.officer = await signIn(this.server, this.officer.account)
  }
}

export const exploited = {
  type: 'exploitedMarked',
  evidence: 'Listed in KEV, and seen in our honeypot',
}
export const aware = (awareAt: number) => ({
  type: 'awarenessSet',
  awareAt,
  evidence: 'Call of A. Licht',
})
export const submitted = (stage: string, submittedAt: number, more: object = {}) => {
  return { type: 'submitted', stage, submittedAt, reference: `SRP-${stage}`, ...more }
}
export const clockOf = (body: Answered['body'], stage: string) =>
  body.clocks.find((clock: { stage: string }) => clock.stage === stage)
export const rowOf = (sheet: Answered['body'], id: string) =>
  sheet.rows.find((row: { id: string }) => row.id === id)
