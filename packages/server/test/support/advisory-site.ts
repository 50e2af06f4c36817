/** A product with a release that has a known hole, somebody who may publish, and strangers who read. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startEdge } from '../../src/edge.ts'
import { type Desk, type DeskRelease, PRODUCT } from './desk.ts'
import { gatewaySbom } from './gateway-sbom.ts'
import { type Caller, signedIn, storesOf } from './people.ts'
import { Stranger } from './stranger.ts'
import { TestServer } from './test-server.ts'

const OSV = join(
  import.meta.dirname,
  '../../../vulnerability/test-data/osv/GHSA-2m8v-572m-ff2v.json',
)
const BYTES = { 'content-type': 'application/octet-stream' }
export const PUBLISHER = {
  ...{ contacts: ['mailto:security@lumen.example'], organisation: 'Lumen Works' },
  publicUrl: 'https://updates.lumen.example',
}
export const WRITTEN = {
  title: 'Command injection in the status page',
  summary: 'Whoever reaches the status page runs commands on the gateway.',
  impact: 'The gateway and the network behind it are lost.',
  action: 'Install 1.4.3. Until then close port 8080.',
}

export class AdvisorySite {
  readonly server: TestServer
  readonly desk: Desk
  officer: Caller
  readonly #releases: (Partial<DeskRelease> & { readonly version: string })[] = []

  private constructor(server: TestServer, desk: Desk, officer: Caller) {
    this.server = server
    this.desk = desk
    this.officer = officer
  }

  static async open(
    t: Parameters<typeof TestServer.start>[0],
    publisher: object = PUBLISHER,
    settings: object = {},
    /** As of the {@link TestServer}'s own. */
    clock: { readonly at?: Date } = {},
  ): Promise<AdvisorySite> {
    const server = await TestServer.start(t, settings, { startEdge, ...clock })
    const { desk } = await server.product()
    if (Object.keys(publisher).length > 0) {
      const { status } = await server.call('PATCH', '/disclosure/settings', publisher)
      assert.equal(status, 200)
    }
    const officer = await signedIn(server, [{ role: 'securityOfficer', product: '*' }])
    return new AdvisorySite(server, desk, officer)
  }

  /** Beside those before; each is signed to fix the hole. */
  async release(version: string, more: Partial<DeskRelease> = {}): Promise<void> {
    this.#releases.push({ ...more, version })
    const releases = this.#releases.map((one, index) => ({
      ...{ kind: 'security' as const, securityCounter: index + 1 },
      ...{ artifact: new TextEncoder().encode(one.version), sbom: gatewaySbom(one.version).text },
      ...one,
    }))
    await this.server.publish(this.desk, this.#releases.length, releases)
  }

  /** The finding of the one hole that the feed knows. */
  async finding(): Promise<string> {
    const bytes = await readFile(OSV)
    const { status } = await this.server.call('PUT', '/feeds/osv?kind=osv', bytes, BYTES)
    assert.equal(status, 200)
    await this.server.keepBooks()
    return (await this.server.of('GET', '/findings')).body[0].id
  }

  /** Drafted from the finding and written, 1.4.2 affected. */
  async written(change: object = {}): Promise<{ readonly id: string; readonly revision: number }> {
    const finding = await this.finding()
    const { status, body } = await this.call('POST', '', { finding, ...WRITTEN, ...change })
    assert.equal(status, 201, JSON.stringify(body))
    return body
  }

  /** From somebody outside, about the product, under embargo. */
  async report(): Promise<string> {
    const sent = await this.stranger().post('/security/report', {
      ...{ title: 'The secret hole', text: 'Send it a file.', creditName: 'Ada Licht' },
    })
    const report = /fwr_([0-9a-f]{16})_/.exec(sent.text)?.[1] ?? ''
    const path = `/disclosure/reports/${report}`
    const given = await this.officer.call('PATCH', path, { product: PRODUCT }, { 'if-match': '*' })
    assert.equal(given.status, 200, JSON.stringify(given.body))
    return report
  }

  call(method: string, path: string, body?: object, headers: Record<string, string> = {}) {
    return this.officer.call(method, `/products/${PRODUCT}/advisories${path}`, body, headers)
  }

  async act(id: string, act: string, body: object = {}) {
    const { body: now } = await this.call('GET', `/${id}`)
    return this.call('POST', `/${id}/${act}`, body, { 'if-match': `"${now.revision}"` })
  }

  async edit(id: string, change: object) {
    return this.call('PATCH', `/${id}`, change, { 'if-match': '*' })
  }

  async published(id: string, body: object = {}): Promise<void> {
    const answer = await this.act(id, 'publish', body)
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    assert.equal(answer.body.state, 'published')
  }

  /** What a stranger gets; the answer has to be there. */
  async read(path: string) {
    const answer = await this.stranger().get(path)
    assert.equal(answer.status, 200, `${path}: ${answer.text}`)
    return answer
  }

  stranger(headers: Record<string, string> = {}): Stranger {
    return new Stranger(this.server.running?.ports.public ?? 0, headers)
  }

  /** Types of all events of advisories so far. */
  async told(): Promise<string[]> {
    await this.server.keepBooks()
    const events = await storesOf(this.server).events.after(0, 500)
    return events.map(({ type }) => type).filter((type) => type.startsWith('advisory.'))
  }

  /** Sessions and proofs do not live that long: the officer signs in again. */
  async later(seconds: number): Promise<void> {
    this.server.clock.at = new Date(this.server.clock.at.getTime() + seconds * 1000)
    this.officer = await signedIn(this.server, [{ role: 'securityOfficer', product: '*' }])
  }
}
