/** Writes down all that a dossier asks for of the product of a test server, over the API; a person signs the rest. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { REQUIREMENT_IDS } from '../../src/law/requirements/annex-1.ts'
import { PRODUCT } from './desk.ts'
import { importSilent } from './gated.ts'
import { aDataUse, aReview } from './law-records.ts'
import type { Answer, TestServer } from './test-server.ts'
import { aRisk, wholeFacts } from './whole-facts.ts'

const AT = `/products/${PRODUCT}`
const ANY = { 'if-match': '*' }
const BYTES = { 'content-type': 'application/octet-stream' }
const RISK = 'firmware-rollback'
export const PASSED = '<testsuite><testcase name="one"/></testsuite>'
/** Of gateway-sbom.ts. */
export const COMPONENTS = ['own-protocol', 'pkg:npm/left-pad', 'pkg:npm/systeminformation'] as const

export interface WhatIsWritten {
  /** Published before. */
  readonly versions: readonly string[]
  readonly reviewed?: readonly string[]
}

export async function writeEverything(
  server: TestServer,
  { versions, reviewed = COMPONENTS }: WhatIsWritten,
): Promise<void> {
  const done = async (answer: Promise<Answer>) => {
    const { status, body } = await answer
    assert.ok(status < 300, JSON.stringify(body))
    return body
  }
  const post = (path: string, body: object) => done(server.call('POST', `${AT}${path}`, body, ANY))
  await post('/facts', wholeFacts())
  await post('/risks', aRisk(RISK))
  await post('/risk-assessments', { reviewer: 'A. Licht', nextReviewOn: '2027-11-21' })
  const contact = { contacts: ['mailto:security@lumen.example'], organisation: 'Lumen GmbH' }
  await done(server.call('PATCH', '/disclosure/settings', contact))
  for (const id of REQUIREMENT_IDS) {
    const evidence = { risks: [RISK] }
    await post(`/requirements/${id}`, { applies: true, how: 'As designed.', evidence })
  }
  await post('/data-uses', aDataUse('switching-times'))
  await importSilent(server)
  // SBOMs are read in the background.
  await server.keepBooks()
  await post('/component-reviews', { components: reviewed, review: aReview() })
  const bytes = new TextEncoder().encode(PASSED)
  const digest = createHash('sha256').update(bytes).digest('hex')
  const releases: readonly { readonly version: string; readonly sha256: string }[] = await done(
    server.of('GET', '/releases'),
  )
  for (const version of versions) {
    const subject = releases.find((one) => one.version === version)?.sha256 ?? ''
    const words = new URLSearchParams({ kind: 'junit', name: `suite ${version}`, subject })
    await done(server.call('PUT', `${AT}/evidence/files/${digest}?${words}`, bytes, BYTES))
    await post(`/releases/${version}/gate`, {})
  }
}
