import assert from 'node:assert/strict'
import fc from 'fast-check'
import { SqlDeviceSearch } from '../../src/adapters/sql/devices/device-search.ts'
import { FilterError } from '../../src/devices/filter/filter-error.ts'
import { matches } from '../../src/devices/filter/matches.ts'
import { matching } from '../../src/devices/filter/matching.ts'
import { parseFilter } from '../../src/devices/filter/parse-filter.ts'
import { anyFilter } from '../support/any-filter.ts'
import { eachEngine } from '../support/engines.ts'
import { fleet, keepFleet, NOW, PRODUCT } from '../support/filtered-fleet.ts'

const DEVICES = fleet(60)
const inOrder = (ids: readonly string[]) => [...ids].sort((a, b) => (a < b ? -1 : 1))

eachEngine('the database finds the devices that a filter means at hand', async (database) => {
  await keepFleet(database, DEVICES)
  // However many are few, which way is taken must not show in the answer.
  const ways = [0, 12, 5000].map((few) => new SqlDeviceSearch(database, few))
  let found = 0
  await fc.assert(
    fc.asyncProperty(anyFilter, fc.constantFrom(...ways), async (text, search) => {
      const filter = parseFilter(text)
      const meant = inOrder(
        DEVICES.filter((device) => matches(filter, device, NOW)).map(({ id }) => id),
      )
      const query = { product: PRODUCT, filter, now: NOW }
      assert.deepEqual(await search.page(query, { limit: 1000 }), meant)
      assert.equal(await search.count(query), meant.length)
      found += meant.length > 0 && meant.length < DEVICES.length ? 1 : 0
    }),
    { numRuns: 400 },
  )
  // Else it would be about nothing.
  assert.ok(found > 100, `${found} filters told devices apart`)
})

eachEngine('pages follow each other without a gap, in the order of the ids', async (database) => {
  await keepFleet(database, DEVICES)
  for (const few of [0, 5000]) {
    const search = new SqlDeviceSearch(database, few)
    for (const filterText of ['attr.region ~ ""', 'online', 'test or online', 'cohort = field']) {
      const query = { product: PRODUCT, filter: parseFilter(filterText), now: NOW }
      const all = await search.page(query, { limit: 1000 })
      const pages: (readonly string[])[] = []
      for await (const page of matching(search, { ...query, filterText, pageCount: 7 })) {
        pages.push(page)
      }
      assert.ok(all.length > 7)
      assert.deepEqual(pages.flat(), all)
      assert.deepEqual(inOrder(all), all)
      const rest = matching(search, { ...query, filterText, after: all[4] })
      assert.deepEqual((await rest.next()).value, all.slice(5))
    }
  }
})

eachEngine('a search stays in its product and its cohort', async (database) => {
  await keepFleet(database, DEVICES)
  const others = fleet(20).map((device) => ({ ...device, id: `other-${device.id}` }))
  await keepFleet(database, others, 'lumen-lamp-l2')
  for (const few of [0, 5000]) {
    const search = new SqlDeviceSearch(database, few)
    for (const text of ['online', 'has attr.a', 'state = failed', 'not (online and test)']) {
      const filter = parseFilter(text)
      const query = { product: PRODUCT, cohort: 'field', filter, now: NOW }
      const meant = DEVICES.filter(
        (device) => device.cohort === 'field' && matches(filter, device, NOW),
      )
      const ids = inOrder(meant.map(({ id }) => id))
      assert.deepEqual(await search.page(query, { limit: 1000 }), ids)
    }
    const everybody = { product: 'lumen-lamp-l2', now: NOW }
    assert.equal(await search.count(everybody), others.length)
  }
})

eachEngine('whatever text is searched for, nothing but mistakes comes of it', async (database) => {
  await keepFleet(database, DEVICES)
  const search = new SqlDeviceSearch(database)
  const contents = async () => [
    await database.selectFrom('devices').selectAll().orderBy('id').execute(),
    await database.selectFrom('device_attributes').selectAll().orderBy('device').execute(),
  ]
  const before = await contents()
  const injected = fc
    .tuple(
      fc.constantFrom('id = ', 'attr.a ~ ', 'device."', 'cohort in ('),
      fc.string({ unit: 'binary' }),
    )
    .map(([start, rest]) => `${start}"${rest}`)
  const hostile = fc.constantFrom(
    'id = "x\'; DROP TABLE devices; --"',
    'attr."a\' or 1=1 --" = "x"',
    'id ~ "%" or attr.a = "$1" or attr.a = "?"',
    'cohort = "x") or 1=1 --"',
  )
  await fc.assert(
    fc.asyncProperty(fc.oneof(hostile, injected, fc.string(), anyFilter), async (text) => {
      try {
        const filter = parseFilter(text)
        await search.page({ product: PRODUCT, filter, now: NOW }, { limit: 3 })
        await search.count({ product: PRODUCT, filter, now: NOW })
      } catch (error) {
        assert.ok(error instanceof FilterError, String(error))
      }
    }),
    { numRuns: 300 },
  )
  assert.deepEqual(await contents(), before)
})
