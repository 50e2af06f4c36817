/** Who a filter takes into a group, read beside the devices of a cohort page by page, from a real database. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { secondsOf } from '../../src/ports.ts'
import { NamedByFilter } from '../../src/rollouts/named-by-filter.ts'
import { planOfOneGroup } from '../../src/rollouts/one-group.ts'
import type { Database } from '../../src/stores.ts'
import { PRODUCT } from '../support/desk.ts'
import { storesOf } from '../support/people.ts'
import { ReportingFleet } from '../support/reporting-fleet.ts'
import { TestServer } from '../support/test-server.ts'

const DEVICES = Array.from({ length: 12 }, (_, index) => `D-${1000 + index}`)
/** Of the cohort, as the preview reads it. */
const PAGE_COUNT = 3

async function named(t: TestContext, filters: readonly string[]) {
  const server = await TestServer.start(t)
  await server.product()
  await new ReportingFleet(server).add(DEVICES)
  const { deviceSearch } = storesOf(server)
  let searches = 0
  const counted: Pick<Database, 'deviceSearch'> = {
    deviceSearch: {
      page: (query, page) => {
        searches += 1
        return deviceSearch.page(query, page)
      },
      count: (query) => deviceSearch.count(query),
    },
  }
  const [like] = planOfOneGroup(1).groups
  assert.ok(like)
  const groups = filters.map((filter) => ({ ...like, members: { filter } }))
  const plan = { ...planOfOneGroup(1), groups }
  const asked = { product: PRODUCT, cohort: 'everyone', plan }
  const reader = new NamedByFilter(counted, asked, secondsOf(server.clock), 4)
  const pages: object[] = []
  for (let end = PAGE_COUNT; end <= DEVICES.length; end += PAGE_COUNT) {
    pages.push(Object.fromEntries(await reader.upTo(DEVICES[end - 1])))
  }
  return { pages, searches }
}

test('every page has its own devices, each in the group of the first filter that matches', async (t) => {
  const { pages } = await named(t, [
    'id ~ "D-1000" or id ~ "D-1003" or id ~ "D-1011"',
    'id ~ "D-1"',
  ])
  assert.deepEqual(pages, [
    { 'D-1000': 0, 'D-1001': 1, 'D-1002': 1 },
    { 'D-1003': 0, 'D-1004': 1, 'D-1005': 1 },
    { 'D-1006': 1, 'D-1007': 1, 'D-1008': 1 },
    { 'D-1009': 1, 'D-1010': 1, 'D-1011': 0 },
  ])
})

test('a filter that few match is read through the fleet once, and not again for each page', async (t) => {
  const { pages, searches } = await named(t, ['id ~ "D-1010"'])
  assert.deepEqual(pages, [{}, {}, {}, { 'D-1010': 0 }])
  assert.equal(searches, 1)
})
