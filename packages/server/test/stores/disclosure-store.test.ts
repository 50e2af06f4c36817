import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CompiledQuery } from 'kysely'
import { openDatabase } from '../../src/adapters/sql/database.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import { DISCLOSURE_DEFAULTS } from '../../src/disclosure/disclosure-settings.ts'
import type { InProducts } from '../../src/disclosure/disclosure-store.ts'
import type { Report } from '../../src/disclosure/report.ts'
import { eachEngine, emptyPlace } from '../support/engines.ts'

const AT = 1_790_000_000
const DIGEST = 'a'.repeat(64)
const idOf = (number: number) => number.toString(16).padStart(16, '0')

function report(number: number, more: Partial<Report> = {}): Omit<Report, 'number'> {
  return {
    ...{ id: idOf(number), sha256: DIGEST, receivedAt: AT + number, state: 'received' },
    ...{ stateAt: AT + number, title: `report ${number}`, text: 'über\nzwei Zeilen', affected: '' },
    ...{ version: '', reporter: '', contact: '', creditName: '', product: undefined },
    mailLanguage: undefined,
    ...{ assignee: undefined, duplicateOf: undefined, isEmbargoed: true, told: undefined },
    ...{ acknowledgeBy: AT + 100, assessBy: AT + 200, revision: 1 },
    ...more,
  }
}

eachEngine(
  'a report comes back as it was written, and is replaced by who saw it last',
  async (on) => {
    const { disclosure } = sqlStores(on)
    const written = report(1, {
      product: 'lumen',
      assignee: 'acc-1',
      ...{ creditName: 'Ada', mailLanguage: 'de' as const },
      told: 'assessment',
    })
    await disclosure.add(written)
    const found = await disclosure.find(idOf(1))
    assert.deepEqual(found, { ...written, number: 1 })
    assert.equal(await disclosure.find(idOf(2)), undefined)
    const next = { ...written, number: 1, state: 'acknowledged', revision: 2 } as const
    assert.equal(await disclosure.replace(1, next), true)
    assert.equal(await disclosure.replace(1, { ...next, state: 'invalid' }), false)
    assert.equal((await disclosure.find(idOf(1)))?.state, 'acknowledged')
  },
)

eachEngine('a list holds what somebody may see, the newest first, page by page', async (on) => {
  const { disclosure } = sqlStores(on)
  await disclosure.add(report(1))
  await disclosure.add(report(2, { product: 'red' }))
  await disclosure.add(report(3, { product: 'red', isEmbargoed: false }))
  await disclosure.add(report(4, { product: 'blue', isEmbargoed: false, state: 'fixed' }))
  await disclosure.add(report(5, { isEmbargoed: false }))
  const seen = async (all: InProducts, open: InProducts, more: object = {}) => {
    const query = { all, open, state: undefined, before: undefined, limit: 10, ...more }
    return (await disclosure.list(query)).map(({ title }) => Number(title.split(' ')[1]))
  }
  assert.deepEqual(await seen('*', '*'), [5, 4, 3, 2, 1])
  assert.deepEqual(await seen([], '*'), [5, 4, 3])
  assert.deepEqual(await seen(['red'], ['red']), [3, 2])
  assert.deepEqual(await seen(['red'], ['red', 'blue']), [4, 3, 2])
  assert.deepEqual(await seen([], ['blue']), [4])
  assert.deepEqual(await seen([], []), [])
  assert.deepEqual(await seen('*', '*', { state: 'fixed' }), [4])
  assert.deepEqual(await seen('*', '*', { limit: 2 }), [5, 4])
  assert.deepEqual(await seen('*', '*', { limit: 2, before: idOf(4) }), [3, 2])
  assert.deepEqual(await seen('*', '*', { before: idOf(99) }), [])
})

eachEngine('of each report it is known which side wrote last', async (on) => {
  const { disclosure } = sqlStores(on)
  for (const number of [1, 2, 3]) await disclosure.add(report(number))
  const say = (number: number, at: number, kind: 'state' | 'reporter' | 'answer' | 'note') =>
    disclosure.addEntry({ report: idOf(number), at, kind, by: undefined, text: 'x' })
  await say(1, AT, 'reporter')
  await say(2, AT, 'reporter')
  await say(1, AT + 1, 'answer')
  await say(2, AT + 2, 'reporter')
  await say(2, AT + 3, 'note')
  await say(2, AT + 4, 'state')
  await say(3, AT + 5, 'state')
  assert.deepEqual(
    await disclosure.lastSaid([idOf(1), idOf(2), idOf(3), idOf(4)]),
    new Map([
      [idOf(1), { at: AT + 1, isReporters: false }],
      [idOf(2), { at: AT + 2, isReporters: true }],
    ]),
  )
  assert.deepEqual(
    await disclosure.lastSaid([idOf(1)]),
    new Map([[idOf(1), { at: AT + 1, isReporters: false }]]),
  )
  assert.deepEqual(await disclosure.lastSaid([]), new Map())
})

eachEngine('what is overdue and was not told is found, each of the two once', async (on) => {
  const { disclosure } = sqlStores(on)
  await disclosure.add(report(1))
  await disclosure.add(report(2, { state: 'acknowledged' }))
  await disclosure.add(report(3, { told: 'acknowledgement' }))
  await disclosure.add(report(4, { told: 'assessment' }))
  await disclosure.add(report(5, { state: 'confirmed' }))
  const found = async (now: number) =>
    (await disclosure.overdue(now, 10)).map(({ title }) => Number(title.split(' ')[1]))
  assert.deepEqual(await found(AT + 100), [])
  assert.deepEqual(await found(AT + 101), [1])
  assert.deepEqual(await found(AT + 201), [1, 2, 3])
})

eachEngine(
  'what was said is counted, the newest of it listed in order, and goes with its report',
  async (on) => {
    const { disclosure } = sqlStores(on)
    for (const number of [1, 2]) {
      await disclosure.add(report(number))
      for (const [index, kind] of (['state', 'reporter', 'note', 'reporter'] as const).entries()) {
        await disclosure.addEntry({
          ...{ report: idOf(number), at: AT + index, kind, by: undefined, text: `${index}` },
        })
      }
    }
    const entries = await disclosure.entries(idOf(1), 3)
    assert.deepEqual(
      entries.map(({ kind, text, by }) => [kind, text, by]),
      [
        ['reporter', '1', undefined],
        ['note', '2', undefined],
        ['reporter', '3', undefined],
      ],
    )
    assert.equal(await disclosure.countEntries(idOf(1)), 4)
    assert.equal(await disclosure.countMessages(AT), 4)
    assert.equal(await disclosure.countMessages(AT, idOf(1)), 2)
    assert.equal(await disclosure.countMessages(AT + 2), 2)
    assert.equal(await disclosure.countSince(AT + 2), 1)
    await disclosure.remove(idOf(1))
    assert.equal(await disclosure.find(idOf(1)), undefined)
    assert.equal(await disclosure.countEntries(idOf(1)), 0)
    assert.equal(await disclosure.countEntries(idOf(2)), 4)
  },
)

eachEngine(
  'only who asked for it is thanked, for what was published, open or closed since',
  async (on) => {
    const { disclosure } = sqlStores(on)
    const add = async (number: number, states: readonly string[], more: Partial<Report>) => {
      await disclosure.add(
        report(number, { creditName: `name ${number}`, isEmbargoed: false, ...more }),
      )
      for (const text of states) {
        await disclosure.addEntry({
          ...{ report: idOf(number), at: AT, kind: 'state', by: undefined, text },
        })
      }
    }
    await add(1, ['published'], { state: 'published' })
    await add(2, ['published', 'closed'], { state: 'closed' })
    await add(3, ['published'], { state: 'published', creditName: '' })
    await add(4, ['invalid', 'closed'], { state: 'closed' })
    await add(5, ['published'], { state: 'published', isEmbargoed: true })
    await add(6, ['published', 'closed', 'acknowledged'], { state: 'acknowledged' })
    // What a reporter writes is no state.
    await add(7, [], { state: 'closed' })
    await disclosure.addEntry({
      ...{ report: idOf(7), at: AT, kind: 'reporter', by: undefined, text: 'published' },
    })
    const names = (await disclosure.thanks(10)).map(({ name }) => name)
    assert.deepEqual(names, ['name 2', 'name 1'])
  },
)

test('whom to thank is found by an index for each report, and not among all that was ever said (SQLite)', async (t) => {
  const database = await openDatabase(await emptyPlace('SQLite', t))
  t.after(() => database.destroy())
  const asked: CompiledQuery[] = []
  const watched = database.withPlugin({
    transformQuery: ({ node, queryId }) => {
      asked.push(database.getExecutor().compileQuery(node, queryId))
      return node
    },
    transformResult: async ({ result }) => result,
  })
  await sqlStores(watched).disclosure.thanks(10)
  const [query] = asked
  assert.ok(query !== undefined)
  const explained = CompiledQuery.raw(`EXPLAIN QUERY PLAN ${query.sql}`, [...query.parameters])
  const { rows } = await database.executeQuery<{ detail: string }>(explained)
  const plan = rows.map(({ detail }) => detail)
  assert.ok(plan.length > 2, plan.join('; '))
  for (const name of ['judged', 'after']) {
    const step = plan.find((detail) => detail.startsWith(`SEARCH ${name} USING`))
    assert.match(
      step ?? plan.join('; '),
      /INDEX disclosure_entries_by_kind \(report=\? AND kind=\?/,
    )
  }
})

eachEngine(
  'of two who set the contact at once one does, and a renewal changes nothing else',
  async (on) => {
    const { disclosure } = sqlStores(on)
    assert.equal(await disclosure.settings(), undefined)
    const first = { ...DISCLOSURE_DEFAULTS, revision: 1, expiresAt: AT }
    assert.equal(await disclosure.saveSettings(0, first), true)
    assert.equal(await disclosure.saveSettings(0, first), false)
    const second = { ...first, revision: 2 }
    assert.equal(await disclosure.saveSettings(1, second), true)
    assert.equal(await disclosure.saveSettings(1, second), false)
    await disclosure.renew(AT + 50)
    await disclosure.renew(AT + 20)
    assert.deepEqual(await disclosure.settings(), { ...second, expiresAt: AT + 50 })
  },
)
