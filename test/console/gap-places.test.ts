/** Each gap of a dossier leads to where the console fills it; what is done at a desk alone keeps its command. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { GAP_FORMS } from '../../packages/console/src/screens/product/gaps/gap-forms.ts'
import { placeOfGap } from '../../packages/console/src/screens/product/gaps/gap-place.ts'
import { formOf } from '../../packages/console/src/words/by-form.ts'
import { PRODUCT } from '../../packages/server/test/support/desk.ts'
import { signedIn } from '../../packages/server/test/support/people.ts'
import { TestServer } from '../../packages/server/test/support/test-server.ts'

/** Keys that are offline sign these: no page can. */
const AT_A_DESK = /^fleetward (repository|factory) /

test('every gap of a product of which nothing is written leads somewhere', async (t) => {
  const server = await TestServer.start(t)
  assert.equal((await server.call('POST', '/products', { id: PRODUCT })).status, 201)
  const officer = await signedIn(server, [{ role: 'securityOfficer', product: '*' }])
  const at = `/products/${PRODUCT}/dossiers`
  const { version } = (await officer.call('POST', at, {})).body
  const built = async () => (await officer.call('GET', `${at}/${version}`)).body
  let dossier = await built()
  while (dossier.state === 'building') {
    await pause(50)
    dossier = await built()
  }
  const gaps: readonly { what: string; next: string }[] = dossier.gaps
  assert.ok(gaps.length > 20)
  const lost = gaps.filter(
    ({ next }) => placeOfGap(PRODUCT, next) === undefined && !AT_A_DESK.test(next),
  )
  assert.deepEqual(lost, [])
  const unsaid = gaps.filter(({ what }) => formOf(GAP_FORMS, what) === undefined)
  assert.deepEqual(unsaid, [], 'the console has words for each')
})

test('a fact that is missing leads into its field, and a gate to its release', () => {
  const facts = `fleetward products facts set ${PRODUCT} --set supportPeriod.ends=… --set name=…`
  const about = `/console/products/${PRODUCT}/about`
  assert.equal(placeOfGap(PRODUCT, facts), `${about}/facts?edit=yes&fact=supportPeriod.ends`)
  assert.equal(
    placeOfGap(PRODUCT, `fleetward gate check 1.4.2 --product ${PRODUCT}`),
    `/console/products/${PRODUCT}/releases/1.4.2`,
  )
  assert.equal(placeOfGap(PRODUCT, 'fleetward repository init --help'), undefined)
})
