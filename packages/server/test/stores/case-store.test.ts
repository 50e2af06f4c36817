/** Cases, their reminders and what might become one, on both engines. CRA P-090 */
import assert from 'node:assert/strict'
import type { Kysely } from 'kysely'
import type { Tables } from '../../src/adapters/sql/database.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import type { CaseFile, KeptEvent } from '../../src/cases/case-file.ts'
import { suggestExploited } from '../../src/cases/suggest-exploited.ts'
import type { SuggestionFacts } from '../../src/cases/suggestion.ts'
import { suggestCases } from '../../src/cases/suggestion-watch.ts'
import type { Finding } from '../../src/findings/finding.ts'
import { eachEngine } from '../support/engines.ts'

const AT = 1_790_000_000
const DAY = 86_400
const idOf = (number: number) => number.toString(16).padStart(16, '0')

function file(number: number, more: Partial<CaseFile> = {}): Omit<CaseFile, 'number'> {
  return {
    ...{ id: idOf(number), product: 'red', kind: 'vulnerability', title: `case ${number}` },
    ...{ cves: ['CVE-2021-21315'], versions: ['1.4.2'], fixedVersion: undefined, zone: 'UTC' },
    ...{ isDrill: false, isVirtual: false, openedAt: AT, closedAt: undefined, dueAt: undefined },
    ...{ revision: 1, ...more },
  }
}

async function products(on: Kysely<Tables>): Promise<void> {
  for (const id of ['red', 'blue']) {
    await on.insertInto('products').values({ id, created_at: 1 }).execute()
  }
}

eachEngine('a case comes back as it was written, and its events in their order', async (on) => {
  await products(on)
  const { cases } = sqlStores(on)
  const written = file(1, { fixedVersion: '1.4.3', isDrill: true, isVirtual: true, dueAt: AT + 5 })
  await cases.add(written)
  const found = await cases.find(idOf(1))
  assert.deepEqual(found, { ...written, number: 1 })
  assert.equal(await cases.find(idOf(2)), undefined)
  const event = (position: number, text: string): KeptEvent => {
    const fact = { type: 'noted', text } as const
    return { position, at: AT, recordedAt: AT + 1, by: 'acc-1', name: 'A. Licht', fact }
  }
  await cases.addEvent(idOf(1), event(2, 'zweite Zeile\nüber'))
  await cases.addEvent(idOf(1), event(1, 'one'))
  assert.deepEqual(await cases.events(idOf(1)), [event(1, 'one'), event(2, 'zweite Zeile\nüber')])
  await assert.rejects(cases.addEvent(idOf(1), event(2, 'in place of another')))
  const next = { ...written, number: 1, revision: 2, closedAt: AT + 9 }
  assert.equal(await cases.replace(1, next), true)
  assert.equal(await cases.replace(1, { ...next, title: 'late' }), false)
  assert.deepEqual(await cases.find(idOf(1)), next)
})

eachEngine('a list holds what somebody may see, the newest first, page by page', async (on) => {
  await products(on)
  const { cases } = sqlStores(on)
  for (const [number, product] of ['red', 'blue', 'red', 'blue'].entries()) {
    await cases.add(file(number, { product, closedAt: number === 0 ? AT : undefined }))
  }
  const seen = async (more: object) => {
    const query = { products: '*', isOpen: undefined, before: undefined, limit: 10, ...more }
    return (await cases.list(query as Parameters<typeof cases.list>[0])).map(({ title }) =>
      Number(title.split(' ')[1]),
    )
  }
  assert.deepEqual(await seen({}), [3, 2, 1, 0])
  assert.deepEqual(await seen({ products: ['red'] }), [2, 0])
  assert.deepEqual(await seen({ products: [] }), [])
  assert.deepEqual(await seen({ isOpen: true }), [3, 2, 1])
  assert.deepEqual(await seen({ isOpen: false }), [0])
  assert.deepEqual(await seen({ before: idOf(2), limit: 1 }), [1])
  assert.deepEqual(await seen({ before: idOf(99) }), [])
})

eachEngine('due is what is open, real and has a date; a reminder is noted once', async (on) => {
  await products(on)
  const { cases } = sqlStores(on)
  await cases.add(file(1, { dueAt: AT + 2 }))
  await cases.add(file(2, { dueAt: AT + 1 }))
  await cases.add(file(3))
  await cases.add(file(4, { dueAt: AT, isDrill: true }))
  await cases.add(file(5, { dueAt: AT, closedAt: AT }))
  assert.deepEqual(
    (await cases.due()).map(({ id }) => id),
    [idOf(2), idOf(1)],
  )
  assert.equal(await cases.noteReminder(idOf(1), 'earlyWarning:1', AT), true)
  assert.equal(await cases.noteReminder(idOf(1), 'earlyWarning:1', AT), false)
  assert.equal(await cases.noteReminder(idOf(2), 'earlyWarning:1', AT), true)
})

class Fleet {
  readonly on: Kysely<Tables>
  now = AT
  leads = true
  #seq = 0

  constructor(on: Kysely<Tables>) {
    this.on = on
  }

  async device(id: string, product = 'red', integrity: string | null = null): Promise<void> {
    const row = { id, product, cohort: 'field', enrolled_at: 1, integrity }
    await this.on.insertInto('devices').values(row).execute()
  }

  async refuses(device: string, code: string, at = this.now, refused: string | null = 'metadata') {
    this.#seq += 1
    await this.on
      .insertInto('reports')
      .values({
        ...{ device, seq: this.#seq, received_at: at, digest: 'd', token: 't', state: 'idle' },
        ...{ waiting_for: null, version: '1.4.2', rollout: null, code, refused },
        ...{ missing_before: 0, prev_fits: 1 },
      })
      .execute()
  }

  async look(): Promise<string[]> {
    const database = sqlStores(this.on)
    const instances = { leads: () => this.leads }
    const clock = { now: () => new Date(this.now * 1000) }
    await suggestCases({ database, instances, clock })
    const query = { products: '*', state: undefined, before: undefined, limit: 50 } as const
    return (await database.caseSuggestions.list(query)).map(
      ({ product, sign, state, facts }) =>
        `${product} ${sign} ${state} ${'devices' in facts ? `${facts.devices}/${facts.reports}` : ''}`,
    )
  }

  async decide(at: number): Promise<void> {
    const { caseSuggestions } = sqlStores(this.on)
    const query = { products: '*', state: 'open', before: undefined, limit: 50 } as const
    for (const open of await caseSuggestions.list(query)) {
      const revision = open.revision + 1
      const decided = { ...open, state: 'dismissed', decidedAt: at, reason: 'x', revision } as const
      assert.equal(await caseSuggestions.replace(open.revision, decided), true)
    }
  }
}

eachEngine(
  'signatures that devices reject suggest an incident, once, from a few on',
  async (on) => {
    await products(on)
    const fleet = new Fleet(on)
    for (const id of ['a', 'b']) await fleet.device(id)
    await fleet.device('c', 'blue')
    await fleet.refuses('a', 'THRESHOLD_NOT_MET')
    await fleet.refuses('b', 'THRESHOLD_NOT_MET')
    // Of no signature, not refused, of another product, of the day before.
    await fleet.refuses('a', 'METADATA_EXPIRED')
    await fleet.refuses('a', 'DIGEST_MISMATCH', fleet.now, null)
    await fleet.refuses('c', 'THRESHOLD_NOT_MET')
    await fleet.refuses('a', 'THRESHOLD_NOT_MET', fleet.now - DAY - 1)
    assert.deepEqual(await fleet.look(), [])
    await fleet.refuses('b', 'TOKEN_SIGNATURE_INVALID')
    fleet.leads = false
    assert.deepEqual(await fleet.look(), [])
    fleet.leads = true
    assert.deepEqual(await fleet.look(), ['red rejected-signatures open 2/3'])
    const found = await sqlStores(on).caseSuggestions.latest('red', 'rejected-signatures')
    assert.deepEqual(found?.facts satisfies SuggestionFacts | undefined, {
      ...{ devices: 2, reports: 3, examples: ['a', 'b'] },
      refusals: { THRESHOLD_NOT_MET: 2, TOKEN_SIGNATURE_INVALID: 1 },
    })
    const told = async () => {
      const { events } = sqlStores(on)
      await events.order()
      return (await events.after(0, 10)).map(({ type }) => type)
    }
    assert.deepEqual(await told(), ['case.suggested'])
    // More of the same is the same suggestion.
    await fleet.refuses('a', 'KEY_INVALID')
    assert.deepEqual(await fleet.look(), ['red rejected-signatures open 2/4'])
    assert.deepEqual(await told(), ['case.suggested'])
    // A day later less is seen; the suggestion still says how much it was.
    fleet.now += DAY + 1
    for (let count = 0; count < 3; count += 1) await fleet.refuses('a', 'KEY_INVALID')
    assert.deepEqual(await fleet.look(), ['red rejected-signatures open 2/4'])
  },
)

eachEngine(
  'a vulnerability is suggested once, by any of its names and in any component',
  async (on) => {
    await products(on)
    const { caseSuggestions, events } = sqlStores(on)
    const found = (
      id: string,
      names: readonly [string, ...string[]],
      more: Partial<Finding> = {},
    ) => {
      const finding: Finding = {
        ...{ id, product: 'red', component: `pkg:npm/${id}`, componentName: id, names },
        ...{ name: names[0], upstream: [], summary: '', rating: 'high', score: undefined },
        ...{ vector: undefined, isExploited: true, exploitedAt: 7, epss: undefined },
        ...{
          epssPercentile: undefined,
          firstSeenAt: 1,
          lastSeenAt: 7,
          endedAt: undefined,
          ...more,
        },
      }
      return suggestExploited({ caseSuggestions, events }, finding, 7)
    }
    const listed = async () => {
      const query = { products: '*', state: undefined, before: undefined, limit: 50 } as const
      return (await caseSuggestions.list(query)).map(({ product, state, facts }) => {
        return [product, state, 'findings' in facts ? facts.findings : []]
      })
    }
    await found('a', ['CVE-2026-1', 'GHSA-1'])
    await found('b', ['GHSA-1', 'CVE-2026-1'])
    await found('b', ['GHSA-1', 'CVE-2026-1'])
    assert.deepEqual(await listed(), [['red', 'open', ['a', 'b']]])
    const open = await caseSuggestions.exploited('red', ['CVE-2026-1'])
    assert.ok(open !== undefined)
    const dismissed = {
      ...open,
      state: 'dismissed',
      reason: 'x',
      revision: open.revision + 1,
    } as const
    assert.ok(await caseSuggestions.replace(open.revision, dismissed))
    await found('c', ['CVE-2026-1'])
    assert.deepEqual(await listed(), [['red', 'dismissed', ['a', 'b']]])
    await found('a', ['CVE-2026-1'], { product: 'blue' })
    await found('d', ['CVE-2026-2'])
    assert.deepEqual(await listed(), [
      ['red', 'open', ['d']],
      ['blue', 'open', ['a']],
      ['red', 'dismissed', ['a', 'b']],
    ])
    await events.order()
    assert.equal((await events.after(0, 10)).length, 3)
  },
)

eachEngine('what somebody dismissed is not suggested again; what comes after it is', async (on) => {
  await products(on)
  const fleet = new Fleet(on)
  await fleet.device('a')
  for (let count = 0; count < 5; count += 1) await fleet.refuses('a', 'VERSION_DECREASED')
  assert.deepEqual(await fleet.look(), ['red rollback-attempts open 1/5'])
  await fleet.decide(fleet.now)
  fleet.now += 60
  assert.deepEqual(await fleet.look(), ['red rollback-attempts dismissed 1/5'])
  // Neither is it with those of another product.
  await fleet.device('z', 'blue')
  for (let count = 0; count < 4; count += 1) await fleet.refuses('z', 'VERSION_DECREASED')
  // One more of the same device is not six.
  await fleet.refuses('a', 'VERSION_DECREASED')
  assert.deepEqual(await fleet.look(), ['red rollback-attempts dismissed 1/5'])
  fleet.now += 60
  await fleet.device('b')
  for (let count = 0; count < 4; count += 1) await fleet.refuses('b', 'SEQUENCE_REPLAYED')
  assert.deepEqual(await fleet.look(), [
    'red rollback-attempts open 2/5',
    'red rollback-attempts dismissed 1/5',
  ])
})

eachEngine(
  'a device whose integrity is corrupt suggests one, and others after it again',
  async (on) => {
    await products(on)
    const fleet = new Fleet(on)
    await fleet.device('a', 'red', 'corrupt')
    await fleet.device('b', 'red', 'ok')
    assert.deepEqual(await fleet.look(), ['red integrity-corrupt open 1/1'])
    await fleet.decide(fleet.now)
    assert.deepEqual(await fleet.look(), ['red integrity-corrupt dismissed 1/1'])
    await fleet.device('d', 'blue', 'corrupt')
    await fleet.device('c', 'red', 'corrupt')
    assert.deepEqual((await fleet.look()).toSorted(), [
      'blue integrity-corrupt open 1/1',
      'red integrity-corrupt dismissed 1/1',
      'red integrity-corrupt open 1/1',
    ])
  },
)
