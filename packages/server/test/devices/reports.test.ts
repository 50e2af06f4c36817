import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { reportTopic } from '@fleetward/shared'
import {
  CLEANING_EVERY,
  REPORT_HISTORY_MAX_COUNT,
} from '../../src/adapters/sql/reports/report-rows.ts'
import { REPORT_RATE } from '../../src/devices/reports/traffic.ts'
import { generateP256 } from '../../src/tls/x509.ts'
import { EdgeUnderTest, endings, OTHER_PRODUCT, PRODUCT } from '../support/edge-under-test.ts'
import { TestDevice } from '../support/test-device.ts'

describe('reports', () => {
  const context = endings()
  let edge: EdgeUnderTest
  before(async () => {
    edge = await EdgeUnderTest.start(context)
  })
  after(() => context.endAll())

  const device = (id: string, options?: { product?: string }) =>
    TestDevice.enrolled(context, edge, id, options)
  const onRecord = async (id: string) => (await edge.operator('GET', `/devices/${id}`)).body
  const history = async (id: string, query = '') =>
    (await edge.operator('GET', `/devices/${id}/reports${query}`)).body

  test('acknowledged over MQTT means on record', async () => {
    const lumen = await device('mqtt-1')
    const client = await lumen.mqtt()
    const token = await lumen.report({
      state: 'offered',
      waitingFor: 'approval',
      inventory: { board: 'rev-c' },
    })
    await client.publishAsync(reportTopic(PRODUCT, 'mqtt-1'), token, { qos: 1 })
    const { state, waitingFor, version, securityCounter, inventory, reports } =
      await onRecord('mqtt-1')
    assert.deepEqual(
      { state, waitingFor, version, securityCounter, inventory },
      {
        ...{ state: 'offered', waitingFor: 'approval', version: '1.4.2', securityCounter: 1 },
        inventory: { board: 'rev-c' },
      },
    )
    assert.deepEqual(reports, { last: 1, missing: 0, unchained: 0, refused: 0 })
    const [kept] = await history('mqtt-1')
    assert.deepEqual([kept.seq, kept.token, kept.prevFits], [1, token, true])
  })

  test('CRA P-074: a log whose end was cut off is a finding on the device, and stays one', async () => {
    const lumen = await device('log-1')
    const head = (seq: number) => ({ seq, hash: String(seq).repeat(64).slice(0, 64) })
    await lumen.post(await lumen.report({ log: head(5), integrity: 'ok' }))
    await lumen.post(await lumen.report({ log: { ...head(8), since: head(5), off: ['data'] } }))
    const whole = await onRecord('log-1')
    assert.deepEqual([whole.log, whole.logBroken], [{ seq: 8, off: ['data'] }, undefined])
    await lumen.post(await lumen.report({ log: head(3), integrity: 'corrupt' }))
    await lumen.post(await lumen.report({ log: { ...head(4), since: head(3) } }))
    const { log, logBroken } = await onRecord('log-1')
    assert.deepEqual(log, { seq: 4, off: [] })
    const { flaw, known, seen } = logBroken
    assert.deepEqual({ flaw, known, seen }, { flaw: 'truncated', known: 8, seen: 3 })
  })

  test('the inventory stays until the device sends another', async () => {
    const lumen = await device('inventory-1')
    await lumen.post(await lumen.report({ inventory: { board: 'rev-c' } }))
    await lumen.post(await lumen.report())
    assert.deepEqual((await onRecord('inventory-1')).inventory, { board: 'rev-c' })
  })

  test('a report counts once: a redelivery changes nothing, other bytes are a conflict', async () => {
    const lumen = await device('once-1')
    const first = await lumen.report()
    const second = await lumen.report({ state: 'offered' })
    const results = []
    for (const token of [first, second, second, first]) {
      results.push((await lumen.post(token)).json.result)
    }
    assert.deepEqual(results, ['taken', 'taken', 'redelivered', 'redelivered'])

    lumen.seq = 1
    const conflicting = await lumen.post(await lumen.report({ state: 'failed' }))
    assert.deepEqual([conflicting.status, conflicting.json.code], [409, 'SEQUENCE_CONFLICT'])
    lumen.seq = 0
    const past = await lumen.post(await lumen.report({ state: 'failed', prev: '' }))
    assert.deepEqual([past.status, past.json.code], [409, 'SEQUENCE_CONFLICT'])
    const { state, reports } = await onRecord('once-1')
    assert.deepEqual([state, reports.last, (await history('once-1')).length], ['offered', 2, 2])
  })

  test('what its owner chose is on record as the device last told it', async () => {
    const lumen = await device('owner-1')
    const owner = { automaticSecurity: false, automaticFunctionality: false, optedOut: true }
    assert.equal((await onRecord('owner-1')).owner, undefined)
    await lumen.post(await lumen.report({ owner: { ...owner, postponedUntil: 1_800_000_000 } }))
    assert.deepEqual((await onRecord('owner-1')).owner, {
      ...owner,
      postponedUntil: 1_800_000_000,
    })
    await lumen.post(await lumen.report({ owner }))
    assert.deepEqual((await onRecord('owner-1')).owner, owner)
  })

  test('a gap and a broken chain are taken and recorded', async () => {
    const lumen = await device('gap-1')
    await lumen.post(await lumen.report())
    await lumen.report()
    await lumen.report()
    assert.equal((await lumen.post(await lumen.report())).json.result, 'taken')
    const forged = await lumen.report({ prev: 'f'.repeat(64) })
    assert.equal((await lumen.post(forged)).json.result, 'taken')
    const { reports } = await onRecord('gap-1')
    assert.deepEqual(reports, { last: 5, missing: 2, unchained: 2, refused: 0 })
    const [fifth, fourth] = await history('gap-1')
    assert.deepEqual([fourth.missingBefore, fourth.prevFits], [2, false])
    assert.deepEqual([fifth.missingBefore, fifth.prevFits], [0, false])
  })

  test('a report that comes after later ones counts once, and closes its gap', async () => {
    const lumen = await device('late-1')
    const tokens = [
      await lumen.report(),
      await lumen.report({ state: 'downloading' }),
      await lumen.report({ state: 'failed', code: 'SLOT_UNFIT' }),
      await lumen.report({ state: 'rollingBack' }),
      await lumen.report(),
    ]
    for (const i of [0, 4, 2, 3, 1]) {
      const { json } = await lumen.post(tokens[i] ?? '')
      assert.equal(json.result, 'taken')
    }
    const { state, reports } = await onRecord('late-1')
    assert.deepEqual([state, reports], ['idle', { last: 5, missing: 0, unchained: 0, refused: 0 }])
    const kept = await history('late-1')
    assert.deepEqual(
      kept.map((entry: { seq: number; missingBefore: number; prevFits: boolean }) => [
        entry.seq,
        entry.missingBefore,
        entry.prevFits,
      ]),
      [5, 4, 3, 2, 1].map((seq) => [seq, 0, true]),
    )
    assert.equal((await lumen.post(tokens[2] ?? '')).json.result, 'redelivered')
  })

  test('a report that its neighbours know to be another one does not close the gap', async () => {
    const lumen = await device('late-2')
    await lumen.post(await lumen.report())
    await lumen.report()
    await lumen.post(await lumen.report())
    lumen.seq = 1
    const other = await lumen.post(await lumen.report({ state: 'failed' }))
    assert.deepEqual([other.status, other.json.code], [409, 'SEQUENCE_REPLAYED'])
    assert.equal((await onRecord('late-2')).reports.missing, 1)
  })

  test('late reports of one batch find their places among each other', async () => {
    const lumen = await device('late-3')
    const tokens: string[] = []
    for (let i = 0; i < 8; i += 1) tokens.push(await lumen.report())
    const shuffled = [7, 0, 3, 5, 1, 2, 6, 4].map((i) => tokens[i] ?? '')
    await edge.takeDirectly('late-3', shuffled)
    const { reports } = await onRecord('late-3')
    assert.deepEqual(reports, { last: 8, missing: 0, unchained: 0, refused: 0 })
  })

  test('a report that does not verify is refused by its code and counted', async () => {
    const lumen = await device('forged-1')
    const other = await device('forged-2')
    const stranger = await generateP256()
    const good = await lumen.report()
    const [header, claims] = good.split('.')
    const cases: [code: string, token: string][] = [
      ['TOKEN_SIGNATURE_INVALID', await lumen.report({}, stranger)],
      ['TOKEN_SIGNATURE_INVALID', await other.report()],
      ['TOKEN_SIGNATURE_INVALID', `${header}.${claims}.${'A'.repeat(86)}`],
      ['TOKEN_ISSUER_WRONG', await lumen.report({ iss: `urn:fleetward:${PRODUCT}:forged-2` })],
      ['TOKEN_AUDIENCE_WRONG', await lumen.report({ aud: `fleetward:${OTHER_PRODUCT}:server` })],
      ['TOKEN_INVALID', 'nonsense'],
    ]
    for (const [code, token] of cases) {
      const answer = await lumen.post(token)
      assert.deepEqual([answer.status, answer.json.code], [422, code])
    }
    const client = await lumen.mqtt()
    // Acknowledged all the same: the device would send it for ever.
    await client.publishAsync(reportTopic(PRODUCT, 'forged-1'), cases[0]?.[1] ?? '', { qos: 1 })
    await client.publishAsync(reportTopic(PRODUCT, 'forged-1'), good, { qos: 1 })
    for (;;) {
      const { reports } = await onRecord('forged-1')
      if (reports.refused < cases.length + 1) continue
      assert.deepEqual(reports, { last: 1, missing: 0, unchained: 0, refused: cases.length + 1 })
      break
    }
  })

  test('bodies that are no report are not read', async () => {
    const lumen = await device('body-1')
    const post = (body: string, type = 'text/plain') =>
      lumen.https('/devices/self/reports', {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      })
    const long = await post('x'.repeat(8193))
    assert.deepEqual([long.status, long.json.code], [413, 'BODY_TOO_LARGE'])
    const json = await post('{}', 'application/json')
    assert.deepEqual([json.status, json.json.code], [415, 'BODY_TYPE_UNSUPPORTED'])
  })

  // CRA P-080
  test('a flood slows down the device it comes from and nobody else', async () => {
    const flooding = await device('flood-1')
    const calm = await device('flood-2')
    const client = await flooding.mqtt()
    const sent = REPORT_RATE.burst + 20
    const tokens: string[] = []
    for (let count = 0; count < sent; count += 1) tokens.push(await flooding.report())
    const burst = Promise.withResolvers<void>()
    let acknowledged = 0
    const flood = Promise.all(
      tokens.map(async (token) => {
        await client.publishAsync(reportTopic(PRODUCT, 'flood-1'), token, { qos: 1 })
        acknowledged += 1
        if (acknowledged === REPORT_RATE.burst) burst.resolve()
      }),
    )
    await burst.promise
    assert.equal((await calm.post(await calm.report())).json.result, 'taken')
    assert.ok(acknowledged < sent)
    // By HTTPS it would have to wait as well, and is told so.
    const denied = await flooding.post('whatever')
    assert.deepEqual([denied.status, denied.json.code], [429, 'TOO_MANY_REPORTS'])
    await flood
    const { reports } = await onRecord('flood-1')
    assert.deepEqual(reports, { last: sent, missing: 0, unchained: 0, refused: 0 })
  })

  test('the history is bounded, its oldest reports go first', async () => {
    const lumen = await device('long-1')
    const tokens: string[] = []
    for (let count = 0; count < REPORT_HISTORY_MAX_COUNT + CLEANING_EVERY; count += 1) {
      tokens.push(await lumen.report())
    }
    // Past the rate limit, which is not what this is about.
    await edge.takeDirectly('long-1', tokens)
    const newest = await history('long-1', '?limit=2')
    assert.deepEqual(
      newest.map((report: { seq: number }) => report.seq),
      [550, 549],
    )
    const oldest = await history('long-1', '?before=53&limit=10')
    assert.deepEqual(
      oldest.map((report: { seq: number }) => report.seq),
      [52, 51],
    )
  })

  test('devices are listed by id, page by page', async () => {
    const page = async (query: string) =>
      (await edge.operator('GET', `/devices${query}`)).body.map((each: { id: string }) => each.id)
    await device('z-1')
    await device('z-2')
    assert.deepEqual(await page('?after=p-5&limit=2'), ['z-1', 'z-2'])
    assert.deepEqual(await page('?after=z-1'), ['z-2'])
    assert.deepEqual(await page('?cohort=nobody'), [])
    assert.equal((await edge.operator('GET', '/devices?limit=0')).status, 400)
    const elsewhere = await edge.operator('GET', '/devices/z-1', undefined, OTHER_PRODUCT)
    assert.equal(elsewhere.status, 404)
  })
})

test('a report taken before a restart is a redelivery after it', async (t) => {
  const edge = await EdgeUnderTest.start(t)
  const lumen = await TestDevice.enrolled(t, edge, 'lumen-1')
  const token = await lumen.report()
  assert.equal((await lumen.post(token)).json.result, 'taken')
  await edge.stop()
  await edge.start()
  assert.equal((await lumen.post(token)).json.result, 'redelivered')
  assert.equal((await lumen.post(await lumen.report())).json.result, 'taken')
})
