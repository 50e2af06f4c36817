/** What operators do to devices, over the API of a running edge. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { generateP256 } from '../../src/tls/x509.ts'
import { EdgeUnderTest, endings, OTHER_PRODUCT, PRODUCT } from '../support/edge-under-test.ts'
import { certificateRequest, enrol, next, TestDevice } from '../support/test-device.ts'

describe('the fleet', () => {
  let edge: EdgeUnderTest
  const context = endings()
  before(async () => {
    edge = await EdgeUnderTest.start(context)
  })
  after(() => context.endAll())

  const get = async (path: string) => (await edge.operator('GET', path)).body
  const idsOf = async (filter: string) => {
    const { status, body } = await edge.operator(
      'GET',
      `/devices?filter=${encodeURIComponent(filter)}`,
    )
    assert.equal(status, 200, JSON.stringify(body))
    return body.map(({ id }: { id: string }) => id)
  }
  const audit = async (subject: string) => {
    const rows = await edge.db
      .selectFrom('audit_entries')
      .select(['action', 'line'])
      .where('subject', '=', subject)
      .orderBy('seq')
      .execute()
    return rows
  }
  const actions = async (subject: string) => (await audit(subject)).map(({ action }) => action)
  const events = async (type: string) =>
    (await edge.db.selectFrom('events').select('data').where('type', '=', type).execute()).map(
      ({ data }) => JSON.parse(data),
    )

  describe('search', () => {
    test('finds devices by what they report and by what operators set (CRA P-024)', async (t) => {
      const old = await TestDevice.enrolled(t, edge, 'search-old')
      const young = await TestDevice.enrolled(t, edge, 'search-new')
      const inventory = { memory: '512', bootloader: '2026.1.0', 'free space': '12' }
      assert.equal((await old.post(await old.report({ version: '1.3.9', inventory }))).status, 200)
      assert.equal((await young.post(await young.report({ version: '1.10.0' }))).status, 200)
      const attributes = { region: 'eu', floor: 3, leased: true }
      await edge.operator('PATCH', '/devices/search-old', { attributes })

      assert.deepEqual(await idsOf('id ~ "search-" and version < 1.4.0'), ['search-old'])
      assert.deepEqual(await idsOf('id ~ "search-" and line = 1.10'), ['search-new'])
      assert.deepEqual(await idsOf('attr.region = "eu" and lastSeen < 7d'), ['search-old'])
      assert.deepEqual(await idsOf('attr.floor >= 3 and attr.leased = true'), ['search-old'])
      assert.deepEqual(await idsOf('device.memory > 100 and device."free space" = 12'), [
        'search-old',
      ])
      assert.deepEqual(await idsOf('device.bootloader < 2026.2.0'), ['search-old'])
      const count = await get(`/device-count?filter=${encodeURIComponent('id ~ "search-"')}`)
      assert.deepEqual(count, { count: 2 })
    })

    test('is told of an inventory that changed, and forgets what is no longer in it', async (t) => {
      const device = await TestDevice.enrolled(t, edge, 'inventory-1')
      await device.post(await device.report({ inventory: { modem: 'A', sim: 'yes' } }))
      await device.post(await device.report({ inventory: { modem: 'B' } }))
      await device.post(await device.report({}))
      assert.deepEqual(await idsOf('device.modem = "A" or has device.sim'), [])
      assert.deepEqual(await idsOf('device.modem = "B"'), ['inventory-1'])
    })

    test('shows a mistake where it is', async () => {
      const { status, body } = await edge.operator('GET', '/devices?filter=lastseen%20%3C%207d')
      assert.deepEqual([status, body.code], [400, 'FILTER_INVALID'])
      assert.equal(body.facts.position, 1)
      assert.equal(body.facts.suggestion, 'lastSeen')
    })

    test('goes by the name of a saved filter', async () => {
      const saved = await edge.operator('POST', '/filters', {
        name: 'nobody',
        filter: 'test and not test',
      })
      assert.equal(saved.status, 201)
      assert.deepEqual(await get('/devices?saved=nobody'), [])
      const twice = await edge.operator('POST', '/filters', { name: 'nobody', filter: 'test' })
      assert.equal(twice.body.code, 'FILTER_EXISTS')
      const wrong = await edge.operator('POST', '/filters', { name: 'wrong', filter: 'tset' })
      assert.deepEqual([wrong.body.code, wrong.body.facts.suggestion], ['FILTER_INVALID', 'test'])
      const unknown = await edge.operator('GET', '/devices?saved=somebody')
      assert.equal(unknown.body.code, 'NO_SUCH_FILTER')

      const change = (etag: string) =>
        edge.operator('PATCH', '/filters/nobody', { filter: 'id = x' }, PRODUCT, {
          'if-match': etag,
        })
      assert.equal((await change(saved.etag)).status, 200)
      assert.equal((await change(saved.etag)).body.code, 'REVISION_CHANGED')
      assert.equal(
        (await edge.operator('DELETE', '/filters/nobody', undefined, PRODUCT, { 'if-match': '*' }))
          .status,
        204,
      )
      assert.equal((await edge.operator('GET', '/filters/nobody')).status, 404)
    })
  })

  describe('a saved filter', () => {
    const said = (name: string) => ({ name, filter: 'online', description: 'for the shift' })
    const rename = (name: string, to: string, etag: string) =>
      edge.operator('PATCH', `/filters/${name}`, { name: to }, PRODUCT, { 'if-match': etag })

    test('is renamed as it was seen, and the name it had is free again', async () => {
      const { etag } = await edge.operator('POST', '/filters', said('early'))
      const { status, body } = await rename('early', 'late', etag)
      assert.equal(status, 200)
      const { name, filter, description } = body
      assert.deepEqual({ name, filter, description }, said('late'))
      assert.equal((await edge.operator('GET', '/filters/early')).status, 404)
      assert.deepEqual(await actions('filter/early'), ['filter.saved', 'filter.changed'])
      const [, changed] = await audit('filter/early')
      assert.match(changed?.line ?? '', /"name":"late"/)
      assert.equal((await rename('early', 'later', '*')).body.code, 'NO_SUCH_FILTER')
      assert.equal((await edge.operator('POST', '/filters', said('early'))).status, 201)
    })

    test('never takes the place of another one', async () => {
      for (const name of ['mine', 'theirs']) await edge.operator('POST', '/filters', said(name))
      assert.equal((await rename('mine', 'theirs', '*')).body.code, 'FILTER_EXISTS')
      assert.equal((await rename('mine', 'mine', '*')).status, 200)
      assert.equal((await edge.operator('GET', '/filters/mine')).status, 200)
    })
  })

  describe('attributes', () => {
    test('are added, replaced and taken away, each as what it was given', async (t) => {
      await TestDevice.enrolled(t, edge, 'attributes-1')
      const set = (attributes: object) =>
        edge.operator('PATCH', '/devices/attributes-1', { attributes })
      await set({ region: 'eu', floor: 3, flat: '3', leased: false })
      const { body } = await set({ region: 'us', floor: null })
      assert.deepEqual(body.attributes, { flat: '3', leased: false, region: 'us' })
    })

    test('are changed as they were seen, where the change says so', async (t) => {
      const device = await TestDevice.enrolled(t, edge, 'seen-1')
      const { etag } = await edge.operator('GET', '/devices/seen-1')
      assert.match(etag, /^"\d+"$/)
      const change = (attributes: object, seen: string) =>
        edge.operator('PATCH', '/devices/seen-1', { attributes }, PRODUCT, { 'if-match': seen })
      // What it reports is no revision.
      await device.post(await device.report({ version: '1.3.1' }))
      const first = await change({ floor: 1 }, etag)
      assert.deepEqual([first.status, first.etag === etag], [200, false])
      const late = await change({ floor: 2 }, etag)
      assert.deepEqual([late.status, late.body.code], [412, 'REVISION_CHANGED'])
      assert.equal((await get('/devices/seen-1')).attributes.floor, 1)
      assert.equal((await change({ floor: 3 }, first.etag)).status, 200)

      await edge.operator('POST', '/cohorts', { name: 'seen', description: 'a' })
      const cohort = await edge.operator('GET', '/cohorts/seen')
      const describe = (description: string) =>
        edge.operator('PATCH', '/cohorts/seen', { description }, PRODUCT, {
          'if-match': cohort.etag,
        })
      assert.equal((await describe('b')).status, 200)
      assert.equal((await describe('c')).body.code, 'REVISION_CHANGED')
      assert.equal((await get('/cohorts/seen')).description, 'b')
    })

    test('are refused when they are no names, no values, or too many', async (t) => {
      await TestDevice.enrolled(t, edge, 'attributes-2')
      const set = async (attributes: object) =>
        (await edge.operator('PATCH', '/devices/attributes-2', { attributes })).body.code
      assert.equal(await set({ 'no name': 1 }), 'REQUEST_INVALID')
      assert.equal(await set({ constructor: { prototype: 1 } }), 'REQUEST_INVALID')
      assert.equal(await set({ a: 'x\u0000' }), 'REQUEST_INVALID')
      assert.equal(await set({ a: { b: 1 } }), 'REQUEST_INVALID')
      const many = (from: number) =>
        Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`a${from + i}`, i]))
      assert.equal(await set(many(0)), undefined)
      assert.equal(await set(many(100)), 'TOO_MANY_ATTRIBUTES')
    })

    test('leave their names in the audit log and never their values (CRA P-076)', async (t) => {
      await TestDevice.enrolled(t, edge, 'attributes-3')
      await edge.operator('PATCH', '/devices/attributes-3', {
        attributes: { tenant: 'Ada Lovelace' },
      })
      const entries = await audit('device/attributes-3')
      assert.deepEqual(
        entries.map(({ action }) => action),
        ['enrolment.token-made', 'device.enrolled', 'device.changed'],
      )
      const lines = entries.map(({ line }) => line).join('\n')
      assert.match(lines, /tenant/)
      assert.doesNotMatch(lines, /Lovelace/)
    })
  })

  describe('cohorts', () => {
    test('each device is in exactly one, which rules or an operator decide', async (t) => {
      const device = await TestDevice.enrolled(t, edge, 'cohort-1')
      const { etag } = await edge.operator('GET', '/cohort-rules')
      const rules = [
        { cohort: 'laboratory', filter: 'test' },
        { cohort: 'old', filter: 'id ~ "cohort-" and version < 1.4.0' },
      ]
      const preview = await edge.operator('POST', '/cohort-rules/preview', { rules })
      assert.deepEqual(preview.body.rules, [
        { cohort: 'laboratory', moves: 0 },
        { cohort: 'old', moves: 0 },
      ])
      const set = (headers: Record<string, string>) =>
        edge.operator('POST', '/cohort-rules', { rules }, PRODUCT, headers)
      assert.equal((await set({})).body.code, 'IF_MATCH_MISSING')
      assert.equal((await set({ 'if-match': etag })).status, 200)
      assert.equal((await set({ 'if-match': etag })).body.code, 'REVISION_CHANGED')
      const cohort = async () => (await get('/devices/cohort-1')).cohort

      // A report says another version: the rule decides within a second or so.
      await device.post(await device.report({ version: '1.3.0' }))
      await until(async () => (await cohort()) === 'old')
      await edge.operator('PATCH', '/devices/cohort-1', { test: true })
      assert.equal(await cohort(), 'laboratory')

      // The operator's word stands, until they let go of it.
      await edge.operator('PATCH', '/devices/cohort-1', { cohort: 'field' })
      assert.deepEqual(
        await get('/devices/cohort-1').then(({ cohort, pinned }) => [cohort, pinned]),
        ['field', true],
      )
      await edge.operator('PATCH', '/devices/cohort-1', { attributes: { any: 1 } })
      assert.equal(await cohort(), 'field')
      await edge.operator('PATCH', '/devices/cohort-1', { pinned: false })
      assert.equal(await cohort(), 'laboratory')
      assert.ok((await events('device.assigned')).some(({ by }) => by === 'rule'))
      assert.ok((await actions('device/cohort-1')).includes('device.moved-by-rule'))

      const busy = await edge.operator('DELETE', '/cohorts/laboratory')
      assert.deepEqual([busy.status, busy.body.code], [409, 'COHORT_IN_USE'])
      const none = await edge.operator('GET', '/cohort-rules')
      const cleared = await edge.operator('POST', '/cohort-rules', { rules: [] }, PRODUCT, {
        'if-match': none.etag,
      })
      assert.equal(cleared.status, 200)
      assert.equal((await edge.operator('DELETE', '/cohorts/old')).status, 204)
    })

    test('a device that moves is told so and hears nothing of its old cohort any more', async (t) => {
      const device = await TestDevice.enrolled(t, edge, 'cohort-2', { cohort: 'everyone' })
      const client = await device.mqtt()
      const told = new Promise<string>((resolve) => {
        client.on('message', (topic, payload) => {
          if (topic.endsWith('/command')) resolve(String(payload))
        })
      })
      const topic = `ota/1/${PRODUCT}/cohorts/everyone/manifest`
      await client.subscribeAsync([topic, `ota/1/${PRODUCT}/devices/cohort-2/command`], { qos: 1 })
      await edge.operator('PATCH', '/devices/cohort-2', { cohort: 'pilot' })
      const claims = JSON.parse(
        Buffer.from((await told).split('.')[1] ?? '', 'base64url').toString(),
      )
      assert.deepEqual([claims.command, claims.arguments], ['assign', { cohort: 'pilot' }])
    })
  })

  test('many devices are changed by one filter, as many as a dry run said and no others', async (t) => {
    for (const id of ['bulk-1', 'bulk-2', 'bulk-3']) await TestDevice.enrolled(t, edge, id)
    const filter = 'id ~ "bulk-"'
    const bulk = (body: object) => edge.operator('POST', '/device-changes', { filter, ...body })
    const change = { attributes: { site: 'north' }, test: true }
    assert.deepEqual((await bulk({ change, dryRun: true })).body, { matched: 3, changed: 0 })
    assert.equal((await bulk({ change, expect: 2 })).body.code, 'FILTER_MEANS_OTHERS')
    assert.deepEqual(await idsOf('attr.site = "north"'), [])
    assert.deepEqual((await bulk({ change, expect: 3 })).body, { matched: 3, changed: 3 })
    assert.deepEqual((await bulk({ change })).body, { matched: 3, changed: 0 })
    assert.deepEqual(await idsOf('attr.site = "north" and test'), ['bulk-1', 'bulk-2', 'bulk-3'])
    const some = { devices: ['bulk-1', 'nobody'], quarantine: { reason: 'on purpose' } }
    const { body } = await edge.operator('POST', '/device-changes', some)
    assert.deepEqual(body, { matched: 2, changed: 1 })
    assert.deepEqual(await idsOf('quarantined and id ~ "bulk-"'), ['bulk-1'])
    assert.equal((await bulk({ release: true })).body.changed, 1)
    assert.equal((await bulk({ change, release: true })).body.code, 'REQUEST_INVALID')
    assert.equal(
      (await edge.operator('POST', '/device-changes', { change })).body.code,
      'REQUEST_INVALID',
    )
  })

  describe('expected devices', () => {
    test('come with a cohort, attributes and a token of their own', async () => {
      const wanted = { id: 'expected-1', cohort: 'pilot', test: true, attributes: { batch: 'B7' } }
      const { status, body } = await edge.operator('POST', '/expected-devices', {
        ...wanted,
        token: {},
      })
      assert.equal(status, 201)
      assert.deepEqual(
        (await get('/expected-devices')).map(({ id }: { id: string }) => id),
        ['expected-1'],
      )
      const foreign = await edge.operator(
        'POST',
        '/expected-devices',
        { id: 'expected-1' },
        OTHER_PRODUCT,
      )
      assert.equal(foreign.body.code, 'DEVICE_ID_TAKEN')

      const keys = await generateP256()
      const request = await certificateRequest('CN=expected-1', keys)
      assert.equal((await enrol(edge, 'expected-1', body.token, request)).status, 200)
      const device = await get('/devices/expected-1')
      assert.deepEqual(
        [device.cohort, device.test, device.attributes, device.pinned],
        ['pilot', true, { batch: 'B7' }, true],
      )
      assert.deepEqual(await get('/expected-devices'), [])
      const late = await edge.operator('POST', '/expected-devices', { id: 'expected-1' })
      assert.equal(late.body.code, 'DEVICE_ALREADY_ENROLLED')
    })

    test('are not let in by a token of another product', async () => {
      await edge.operator('POST', '/expected-devices', { id: 'expected-2' })
      const token = await edge.token({ device: 'expected-2' }, OTHER_PRODUCT)
      const request = await certificateRequest('CN=expected-2', await generateP256())
      const refused = await enrol(edge, 'expected-2', token, request)
      assert.deepEqual([refused.status, refused.json.code], [409, 'DEVICE_ALREADY_ENROLLED'])
      assert.equal((await edge.operator('DELETE', '/expected-devices/expected-2')).status, 204)
      assert.equal((await edge.operator('DELETE', '/expected-devices/expected-2')).status, 404)
    })
  })

  test('what a device is commanded to do stands in the audit log with who asked for it (CRA P-097)', async (t) => {
    await TestDevice.enrolled(t, edge, 'commanded-1')
    const orders = [
      { command: 'check-now', arguments: {} },
      { command: 'factory-reset', arguments: { level: 'settings' } },
      { command: 'erase', arguments: {} },
    ]
    for (const order of orders) {
      const { status } = await edge.operator('POST', '/devices/commanded-1/commands', order)
      assert.equal(status, 202)
    }
    const entries = (await audit('device/commanded-1')).filter(
      ({ action }) => action === 'device.commanded',
    )
    assert.deepEqual(
      entries.map(({ line }) => JSON.parse(line).after),
      orders,
    )
    // A command that is refused is asked of nobody, and is no deed.
    await edge.operator('POST', '/devices/commanded-1/revoke')
    const late = await edge.operator('POST', '/devices/commanded-1/commands', orders[0])
    assert.equal(late.body.code, 'DEVICE_REVOKED')
    assert.equal(
      (await actions('device/commanded-1')).filter((one) => one === 'device.commanded').length,
      orders.length,
    )
  })

  describe('decommissioning', () => {
    test('deletes what is known of a device and keeps its id and serial numbers (CRA P-076, P-078, P-101)', async (t) => {
      const device = await TestDevice.enrolled(t, edge, 'gone-1')
      await device.post(await device.report({ inventory: { owner: 'Ada' } }))
      await edge.operator('PATCH', '/devices/gone-1', { attributes: { tenant: 'Ada' } })
      await edge.operator('POST', '/devices/gone-1/commands', { command: 'check-now' })
      const client = await device.mqtt()
      const closed = next(client, 'close')
      const { status } = await edge.operator('POST', '/devices/gone-1/decommission')
      assert.equal(status, 200)
      await closed

      assert.equal((await edge.operator('GET', '/devices/gone-1')).status, 404)
      assert.deepEqual(await idsOf('id = "gone-1"'), [])
      for (const table of ['device_heads', 'device_attributes', 'reports', 'commands'] as const) {
        const rows = await edge.db
          .selectFrom(table)
          .selectAll()
          .where('device', '=', 'gone-1')
          .execute()
        assert.deepEqual(rows, [], table)
      }
      const left = JSON.stringify([
        await edge.db.selectFrom('devices').selectAll().where('id', '=', 'gone-1').execute(),
        await edge.db
          .selectFrom('device_certificates')
          .selectAll()
          .where('device', '=', 'gone-1')
          .execute(),
        await edge.db.selectFrom('enrolment_tokens').selectAll().execute(),
        await audit('device/gone-1'),
      ])
      assert.doesNotMatch(left, /Ada|BEGIN CERTIFICATE|1\.4\.2/)
      const serials = await edge.db
        .selectFrom('device_certificates')
        .select(['serial', 'state'])
        .where('device', '=', 'gone-1')
        .execute()
      assert.deepEqual(
        serials.map(({ state }) => state),
        ['revoked'],
      )
      assert.equal((await device.https('/devices/self')).status, 403)
      assert.deepEqual((await events('device.decommissioned')).at(-1), { device: 'gone-1' })
    })

    test('takes the token with it that the device came in with, whomever that was for', async () => {
      const token = await edge.token({ cohort: 'everyone' })
      const keys = await generateP256()
      const request = await certificateRequest('CN=gone-by-any', keys)
      assert.equal((await enrol(edge, 'gone-by-any', token, request)).status, 200)
      const used = edge.db
        .selectFrom('enrolment_tokens')
        .select('used_by')
        .where('used_by', '=', 'gone-by-any')
      assert.equal((await used.execute()).length, 1)
      await edge.operator('POST', '/devices/gone-by-any/decommission')
      assert.deepEqual(await used.execute(), [])
    })

    test('the id is not used again by accident', async (t) => {
      await TestDevice.enrolled(t, edge, 'gone-2')
      await edge.operator('POST', '/devices/gone-2/decommission')
      const attempt = async () => {
        const request = await certificateRequest('CN=gone-2', await generateP256())
        return enrol(edge, 'gone-2', await edge.token({ device: 'gone-2' }), request)
      }
      const refused = await attempt()
      assert.deepEqual([refused.status, refused.json.code], [409, 'DEVICE_DECOMMISSIONED'])
      const silent = await edge.operator('POST', '/expected-devices', { id: 'gone-2' })
      assert.equal(silent.body.code, 'DEVICE_DECOMMISSIONED')
      const onPurpose = await edge.operator('POST', '/expected-devices', {
        id: 'gone-2',
        again: true,
      })
      assert.equal(onPurpose.status, 201)
      assert.equal((await attempt()).status, 200)
      const { attributes, cohort, reports } = await get('/devices/gone-2')
      assert.deepEqual([attributes, cohort, reports.last], [{}, 'everyone', 0])
    })
  })

  test('a device of another product is nobody’s business, for every act there is', async (t) => {
    await TestDevice.enrolled(t, edge, 'foreign-1', { product: OTHER_PRODUCT })
    const acts: [string, string, object?][] = [
      ['GET', ''],
      ['PATCH', '', { test: true }],
      ['POST', '/quarantine', { reason: 'x' }],
      ['POST', '/release'],
      ['POST', '/dismiss-suspicion'],
      ['POST', '/revoke'],
      ['POST', '/decommission'],
      ['GET', '/reports'],
      ['GET', '/commands'],
      ['POST', '/commands', { command: 'check-now' }],
    ]
    const before = await edge.operator('GET', '/devices/foreign-1', undefined, OTHER_PRODUCT)
    for (const [method, path, body] of acts) {
      const answer = await edge.operator(method, `/devices/foreign-1${path}`, body)
      assert.deepEqual(
        [answer.status, answer.body.code],
        [404, 'NO_SUCH_DEVICE'],
        `${method} ${path}`,
      )
    }
    const bulk = { devices: ['foreign-1'], change: { test: true } }
    assert.equal((await edge.operator('POST', '/device-changes', bulk)).body.changed, 0)
    const after = await edge.operator('GET', '/devices/foreign-1', undefined, OTHER_PRODUCT)
    assert.deepEqual(after.body, before.body)
  })
})

/** What a background worker does within a second or so. */
async function until(is: () => Promise<boolean>): Promise<void> {
  const startMs = performance.now()
  while (!(await is())) {
    if (performance.now() - startMs > 20_000) throw new Error('it did not happen')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
