/** A server with everything that the public may read: a product with releases, advisories and a declaration, and another one that shows less. */
import assert from 'node:assert/strict'
import { AdvisorySite, PUBLISHER } from './advisory-site.ts'
import { PRODUCT } from './desk.ts'
import { signedIn } from './people.ts'
import type { TestServer } from './test-server.ts'
import { wholeFacts } from './whole-facts.ts'

/** A word that ends nowhere, markup, and both directions of reading. */
export const HOSTILE =
  'Lumen <b>Gateway</b> "G1" & aVeryLongWordThatDoesNotEndForAWholeLineOfThePage نص'
/** As a release key may sign it: notes turn the direction of reading. */
export const HOSTILE_NOTES =
  '<script>alert(1)</script>\u202etxt.exe\nSecond line: </span></dl><a href="https://evil.example">x</a>'
export const OTHER = 'lumen-lamp'
export const PDF = Buffer.from('%PDF-1.7\nsigned by hand\n%%EOF\n')
const ANY = { 'if-match': '*' }
const BYTES = { 'content-type': 'application/octet-stream' }
const signer = { name: 'A. Licht', function: 'managing director', place: 'Berlin' }

type Ending = Parameters<typeof AdvisorySite.open>[0]

export class PublicSite {
  readonly site: AdvisorySite
  readonly server: TestServer
  readonly advisory: string

  private constructor(site: AdvisorySite, advisory: string) {
    this.site = site
    this.server = site.server
    this.advisory = advisory
  }

  /** `publicDownload`: whether everybody may have the files of releases. */
  static async open(
    t: Ending,
    {
      publicDownload = true,
      facts = {},
      publicProxies = [],
      ...clock
    }: {
      publicDownload?: boolean
      facts?: object
      publicProxies?: readonly string[]
      /** Now, where somebody checks its certificates, which goes by the real clock. */
      at?: Date
    } = {},
  ): Promise<PublicSite> {
    const host = ['localhost', '127.0.0.1']
    const listen = { ...{ public: 0, device: 0, mqtt: 0, operator: 0 }, publicProxies }
    const settings = { publicDownload, host, listen }
    const site = await AdvisorySite.open(t, PUBLISHER, settings, clock)
    const { server } = site
    const first = `LUMEN-WORKS-${server.clock.at.getUTCFullYear()}-0001`
    await site.release('1.4.2', { notes: HOSTILE_NOTES })
    await site.release('1.4.3', {
      advisories: [first, 'NOBODY-2026-0001'],
      // The second is told by no advisory.
      fixes: ['CVE-2021-21315', 'CVE-2026-99999'],
    })
    const { id } = await site.written()
    await site.published(id)
    assert.equal(id, first)
    const publicSite = new PublicSite(site, id)
    await publicSite.show(PRODUCT, { ...wholeFacts(), name: HOSTILE, ...facts })
    await server.call('POST', '/products', { id: OTHER })
    await publicSite.show(OTHER, { ...wholeFacts(), name: 'Lumen Lamp' })
    await publicSite.sign()
    return publicSite
  }

  /** Writes the facts, and publishes the page made of them. */
  async show(product: string, facts: object): Promise<void> {
    const at = `/products/${product}`
    await this.done(this.server.call('POST', `${at}/facts`, facts, ANY))
    await this.done(
      this.server.call('POST', `${at}/information`, { isPublic: true, language: 'en' }, ANY),
    )
  }

  /** Somebody signs the declaration as it is now, on paper where `pdf` says so. */
  async sign(pdf?: Uint8Array): Promise<void> {
    const officer = await signedIn(this.server, [{ role: 'securityOfficer', product: '*' }])
    const at = `/products/${PRODUCT}/declaration`
    const { draft } = await this.done(officer.call('GET', at))
    const said = { ...signer, date: '2026-11-20', textSha256: draft.sha256 }
    await this.done(
      pdf === undefined
        ? officer.call('POST', `${at}/signatures`, said)
        : officer.call('PUT', `${at}/signatures?${new URLSearchParams(said)}`, pdf, BYTES),
    )
  }

  declare(body: object, headers: Record<string, string> = ANY) {
    const at = `/products/${PRODUCT}/declaration/publication`
    return this.server.call('POST', at, body, headers)
  }

  /** Of the public listener, as this machine reaches it. */
  get origin(): string {
    return `https://127.0.0.1:${this.server.running?.ports.public}`
  }

  read(path: string) {
    return this.site.stranger().get(path)
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers are compared, not computed with
  async done(answer: Promise<{ readonly status: number; readonly body: any }>) {
    const { status, body } = await answer
    assert.ok(status < 300, JSON.stringify(body))
    return body
  }
}
