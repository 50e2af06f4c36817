import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { generateP256 } from '../../src/tls/x509.ts'
import { EdgeUnderTest, endings, OTHER_PRODUCT, PRODUCT } from '../support/edge-under-test.ts'
import { certificateRequest, enrol, TestDevice } from '../support/test-device.ts'

describe('a bulk import', () => {
  let edge: EdgeUnderTest
  const context = endings()
  before(async () => {
    edge = await EdgeUnderTest.start(context)
  })
  after(() => context.endAll())

  const send = (body: string, { query = '', type = 'text/csv' } = {}) =>
    edge.operator('PUT', `/device-import${query}`, body, PRODUCT, { 'content-type': type })
  const get = async (path: string) => (await edge.operator('GET', path)).body
  const contents = async () =>
    JSON.stringify([
      await edge.db.selectFrom('devices').selectAll().orderBy('id').execute(),
      await edge.db.selectFrom('device_attributes').selectAll().orderBy('device').execute(),
      await edge.db.selectFrom('expected_devices').selectAll().orderBy('id').execute(),
      await edge.db.selectFrom('audit_entries').select('seq').execute(),
    ])

  test('changes those that are known and expects the others; the same file again changes nothing', async (t) => {
    await TestDevice.enrolled(t, edge, 'import-1')
    const csv = 'id,cohort,attr.batch\nimport-1,field,B1\nimport-2,pilot,B2\nimport-3,,B3\n'
    const before = await contents()
    const dry = await send(csv, { query: '?dryRun=true' })
    const counts = { lines: 3, expected: 2, changed: 1, unchanged: 0 }
    assert.deepEqual(dry.body, { ...counts, dryRun: true })
    assert.equal(await contents(), before)

    assert.deepEqual((await send(csv)).body, { ...counts, dryRun: false })
    const device = await get('/devices/import-1')
    assert.deepEqual(
      [device.cohort, device.pinned, device.attributes],
      ['field', true, { batch: 'B1' }],
    )
    const expected = await get('/expected-devices')
    assert.deepEqual(
      expected.map(({ id, cohort, attributes }: Record<string, unknown>) => [
        id,
        cohort,
        attributes,
      ]),
      [
        ['import-2', 'pilot', { batch: 'B2' }],
        ['import-3', undefined, { batch: 'B3' }],
      ],
    )
    const imported = await contents()
    const again = { lines: 3, expected: 0, changed: 0, unchanged: 3, dryRun: false }
    assert.deepEqual((await send(csv)).body, again)
    assert.equal(await contents(), imported)

    const token = await edge.token({ device: 'import-2' })
    const request = await certificateRequest('CN=import-2', await generateP256())
    assert.equal((await enrol(edge, 'import-2', token, request)).status, 200)
    assert.equal((await get('/devices/import-2')).cohort, 'pilot')
    assert.deepEqual((await send(csv)).body, again)
  })

  test('does nothing at all while a line cannot be imported, and names every one of them', async (t) => {
    await TestDevice.enrolled(t, edge, 'import-4')
    await TestDevice.enrolled(t, edge, 'import-5', { product: OTHER_PRODUCT })
    await TestDevice.enrolled(t, edge, 'import-6')
    await edge.operator('POST', '/devices/import-6/decommission')
    await TestDevice.enrolled(t, edge, 'import-7')
    await edge.operator('POST', '/devices/import-7/revoke')
    const before = await contents()
    const csv = [
      ...['id,cohort,test', 'import-4,field,true', 'import-5,field,', 'import-6,field,'],
      ...['import-7,field,', 'bad id,field,', 'import-4,field,', 'import-8,field,perhaps'],
    ].join('\n')
    const { status, body } = await send(csv)
    assert.deepEqual([status, body.code, body.facts], [422, 'IMPORT_REFUSED', { mistakes: 6 }])
    assert.deepEqual(
      body.mistakes.map(({ line }: { line: number }) => line),
      [3, 4, 5, 6, 7, 8],
    )
    assert.equal(await contents(), before)
  })

  test('takes JSON lines too, and nothing else', async () => {
    const line = '{"id":"import-9","test":true,"attributes":{"floor":3,"leased":true}}\n'
    const { status } = await send(line, { type: 'application/x-ndjson; charset=utf-8' })
    assert.equal(status, 200)
    const [expected] = (await get('/expected-devices?after=import-8')).slice(0, 1)
    assert.deepEqual(expected.attributes, { floor: 3, leased: true })
    const refused = await send('<devices/>', { type: 'application/xml' })
    assert.deepEqual([refused.status, refused.body.code], [415, 'BODY_TYPE_UNSUPPORTED'])
    const unknown = await send('id\n', { query: '?dryRun=maybe' })
    assert.equal(unknown.status, 400)
  })

  test('of more lines than one may have is refused, and costs no more than so many', async () => {
    const before = await contents()
    const { status } = await send(`id\n${'a,\n'.repeat(1024 * 1024)}`)
    assert.ok(status >= 400 && status < 500, `${status}`)
    assert.equal(await contents(), before)
  })

  test('that is too large is cut off without an effect', async () => {
    const before = await contents()
    const line = `${'a'.repeat(15_000)}\n`
    const { status, body } = await send(`id\n${line.repeat(2_300)}`)
    assert.deepEqual([status, body.code], [413, 'BODY_TOO_LARGE'])
    assert.equal(await contents(), before)
  })
})
