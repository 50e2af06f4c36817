/** The CSAF validator's messages at the console: at the field, in the document, and gone once they are mended. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { AdvisorySite } from '../../packages/server/test/support/advisory-site.ts'
import { PRODUCT } from '../../packages/server/test/support/desk.ts'
import { storesOf } from '../../packages/server/test/support/people.ts'
import { openBrowser } from '../page/browser.ts'
import { shows } from '../page/shows.ts'
import { described } from './support/described.ts'
import { Visit } from './support/visit.ts'

const OFFICER = [{ role: 'securityOfficer', product: '*' }] as const
const VECTOR = 'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H'
const address = (id: string, view = '') => `/products/${PRODUCT}/advisories/${id}${view}`

const browser = await openBrowser()
after(() => browser.close())

/** Its tests take seconds to load, once for all that is judged after. */
const LOADED = { timeout: 60_000 }

type Ending = Parameters<typeof AdvisorySite.open>[0]

async function opened(t: Ending) {
  const site = await AdvisorySite.open(t)
  await site.release('1.4.2')
  await site.release('1.4.3')
  return { site, id: (await site.written()).id }
}

function fieldsOn({ page }: Visit) {
  const field = (name: string) => page.getByRole('textbox', { name, exact: true })
  const said = (name: string) => described(field(name))
  const result = page.getByRole('region', { name: 'What the CSAF validator says' })
  const save = () => page.getByRole('button', { name: 'Save', exact: true }).click()
  return { field, said, result, save }
}

test('what the validator says stands at its field after saving, refuses publishing, and goes when it is mended', async (t) => {
  const { site, id } = await opened(t)
  const visit = await Visit.open(browser, site.server, { grants: OFFICER })
  const { page } = visit
  const { field, said, result, save } = fieldsOn(visit)
  await visit.at(address(id))
  await result.getByText('The validator finds 1 warning, 1 info.').waitFor(LOADED)
  await shows(() => said('CVSS vector'), /warning missing score \(optional test 6\.2\.3\)/)
  await shows(() => said('Weakness'), /info missing cwe \(informative test 6\.3\.4\)/)
  await shows(() => field('Weakness').getAttribute('aria-invalid'), null, 'nothing is wrong')
  const theirs = page.locator('.field [lang="en"]')
  await shows(() => theirs.allInnerTexts(), ['missing cwe', 'missing score'])
  assert.deepEqual(await visit.flaws(), [])

  await field('Weakness').fill('CWE-78')
  await field('CVSS vector').fill(VECTOR)
  await shows(async () => (await said('Weakness')).includes('missing cwe'), false)
  await result.getByText('It judges what is saved').waitFor()
  await save()
  await result.getByText('The validator finds nothing.').waitFor()

  await field('CVSS vector').fill(`${VECTOR}/FOO:X`)
  await save()
  await result.getByText(/The validator finds \d+ errors?/).waitFor()
  await shows(() => said('CVSS vector'), /error must match pattern .* \(schema\)/)
  await shows(() => field('CVSS vector').getAttribute('aria-invalid'), 'true')
  assert.deepEqual(await visit.flaws(), [])

  await page.getByRole('button', { name: 'Publish', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(/it will be refused until/).waitFor()
  await dialog.getByRole('textbox').last().fill(id)
  await dialog.getByRole('button', { name: 'Publish now' }).click()
  await dialog.getByText('It is no valid CSAF document').waitFor(LOADED)
  assert.equal((await site.call('GET', `/${id}`)).body.version, 0)
  await dialog.getByRole('button', { name: 'Cancel' }).click()

  await field('CVSS vector').fill(VECTOR)
  await save()
  await result.getByText('The validator finds nothing.').waitFor()
  await shows(async () => (await said('CVSS vector')).includes('error'), false)
  await visit.close()
})

for (const look of [
  { colorScheme: 'light', locale: 'en-GB' },
  { colorScheme: 'dark', locale: 'de-DE', viewport: { width: 380, height: 800 } },
] as const) {
  test(`what belongs to no field stands at the head, and leads to its lines in the document: ${look.colorScheme}`, async (t) => {
    const { site, id } = await opened(t)
    // Nothing that the API takes: a range where a version has to be.
    const { advisories } = storesOf(site.server)
    const found = (await advisories.find(PRODUCT, id)) ?? assert.fail()
    const vulnerabilities = found.content.vulnerabilities.map((one) => ({
      ...one,
      affected: ['< 1.4.3'],
    }))
    const content = { ...found.content, vulnerabilities }
    assert.ok(await advisories.replace(found.revision, { ...found, content }))

    const visit = await Visit.open(browser, site.server, { look, grants: OFFICER })
    const { page } = visit
    await visit.at(address(id))
    const isGerman = look.locale === 'de-DE'
    const card = page.locator('section', { has: page.locator('#validation') })
    const item = card.locator('li', { hasText: isGerman ? 'Pflichttest 6.1.31' : 'test 6.1.31' })
    await item.waitFor(LOADED)
    await shows(() => item.innerText(), isGerman ? /Fehler/ : /error/)
    await shows(() => item.locator('[lang="en"]').innerText(), 'version range in product version')
    assert.deepEqual(await visit.flaws(), [])

    await item.getByRole('link').click()
    const place = page.locator('mark.csaf-place:focus')
    await place.waitFor()
    await visit.loaded()
    await shows(() => place.innerText(), /"name": "< 1\.4\.3"/)
    const said = await place.locator('mark').getAttribute('data-said', LOADED)
    assert.match(said ?? '', isGerman ? /Fehler: Pflichttest 6\.1\.31/ : /error: mandatory test/)
    assert.deepEqual(await visit.flaws(), [])
    await visit.close()
  })
}

test('a published version is judged as it was published', async (t) => {
  const { site, id } = await opened(t)
  await site.published(id)
  const visit = await Visit.open(browser, site.server, { grants: OFFICER })
  await visit.at(address(id, '?view=csaf&version=1'))
  await visit.page.getByText('The validator finds 1 warning, 1 info in version 1.').waitFor(LOADED)
  await shows(() => visit.page.locator('mark.csaf-line').count(), 2)
  assert.deepEqual(await visit.flaws(), [])
  await visit.close()
})
