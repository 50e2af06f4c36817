/** The CSAF validator before the VEX document of a product: nothing invalid is published, and what is public stays. CRA P-120 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JUSTIFICATIONS } from '@fleetward/vulnerability'
import { AdvisorySite } from '../support/advisory-site.ts'
import { PRODUCT } from '../support/desk.ts'
import { storesOf } from '../support/people.ts'

type Justification = (typeof JUSTIFICATIONS)[number]

const FILE = `/.well-known/csaf/white/2026/${PRODUCT}-vex.json`
const NOT_AFFECTED = {
  ...{ status: 'not_affected', justification: 'vulnerable_code_not_in_execute_path' },
  note: 'Nobody outside can reach it.',
}

async function opened(t: Parameters<typeof AdvisorySite.open>[0]) {
  const site = await AdvisorySite.open(t)
  await site.release('1.4.2')
  const finding = await site.finding()
  const decide = async () => {
    const path = `/products/${PRODUCT}/findings/${finding}/decide`
    const { status, body } = await site.officer.call('POST', path, NOT_AFFECTED, {
      'if-match': '*',
    })
    assert.equal(status, 200, JSON.stringify(body))
  }
  const publish = () => site.officer.call('POST', `/products/${PRODUCT}/vex/publish`, {})
  return { site, decide, publish }
}

/** A later revision of what was decided, as no route takes it. */
async function plant({ server }: AdvisorySite) {
  const { statements } = storesOf(server)
  const said = (await statements.ofPersons(PRODUCT)).at(-1) ?? assert.fail()
  const verdict = { status: 'not_affected', justification: 'because' as Justification } as const
  assert.ok(await statements.add(PRODUCT, { ...said, revision: said.revision + 1, verdict }))
}

test('a VEX document that the validator refuses is not published, and nothing of it is kept', async (t) => {
  const { site, decide, publish } = await opened(t)
  await decide()
  await plant(site)
  const { status, body } = await publish()
  assert.deepEqual([status, body.code], [422, 'VEX_NOT_PUBLISHABLE'])
  assert.equal(body.facts.vulnerabilities, 'CVE-2021-21315')
  assert.ok(body.facts.errors > 0)
  assert.match(body.facts.first, /^schema at \/vulnerabilities\/0\/flags\/0\/label: /)
  assert.equal((await site.stranger().get(FILE)).status, 404)
  assert.deepEqual(await site.told(), [])
})

test('what was published before stays as it is, and a new decision mends it', async (t) => {
  const { site, decide, publish } = await opened(t)
  await decide()
  const first = await publish()
  assert.equal(first.body.version, 1, JSON.stringify(first.body))
  assert.equal(new URL(first.body.url).pathname, FILE)
  const { text } = await site.read(FILE)

  await plant(site)
  assert.equal((await publish()).body.code, 'VEX_NOT_PUBLISHABLE')
  assert.equal((await site.read(FILE)).text, text)
  assert.deepEqual(await site.told(), ['advisory.vex-published'])

  // Of two in one second the later revision counts.
  await site.later(1)
  await decide()
  assert.equal((await publish()).body.version, 2)
  const now = JSON.parse((await site.read(FILE)).text)
  assert.equal(now.vulnerabilities[0].flags[0].label, NOT_AFFECTED.justification)
})
