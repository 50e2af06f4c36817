import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { EVERYWHERE } from '../accounts/rights.ts'
import { DatabaseAwayError } from '../adapters/sql/watched-dialect.ts'
import { lookAround } from './look-around.ts'
import type { Matter, Urgency } from './matter.ts'
import type { Looking, Source } from './source.ts'

function matter(kind: string, severity: Urgency, product: string | null = null): Matter {
  return { kind, severity, product, since: 1, by: null, subject: {}, facts: {} }
}

function from(kind: string, find: Source['find'], more: Partial<Source> = {}): Source {
  return { kinds: [kind], needs: 'rollout.read', reach: 'ofProducts', find, ...more }
}

const finds = (kind: string, ...found: Matter[]) => from(kind, async () => found)
const fails = (kind: string, error: Error) => from(kind, () => Promise.reject(error))

function look(
  sources: readonly Source[],
  permitted: readonly string[] | typeof EVERYWHERE = EVERYWHERE,
  products: readonly string[] = ['red', 'blue'],
) {
  const logged: string[] = []
  const log = pino({ level: 'error' }, { write: (line: string) => void logged.push(line) })
  const asked = {
    stores: { products: { all: async () => products.map((id) => ({ id, createdAt: 0 })) } },
    ...{ now: 7, hosts: [], counted: () => Promise.reject(new Error('not asked')) },
    caller: { productsWith: () => permitted },
  } as unknown as Looking
  return lookAround(sources, asked, log).then((seen) => ({ ...seen, logged }))
}

test('the most urgent come first, and of the same urgency those of the source that stands first', async () => {
  const { matters, asOf } = await look([
    finds('b', matter('b', 'note'), matter('b', 'urgent')),
    finds('a', matter('a', 'soon'), matter('a', 'urgent')),
  ])
  const order = matters.map(({ kind, severity }) => `${kind} ${severity}`)
  assert.deepEqual([asOf, order], [7, ['b urgent', 'a urgent', 'a soon', 'b note']])
})

test('a source that fails is named and logged, and the others are heard', async () => {
  const seen = await look([
    fails('a', new Error('a strange date')),
    finds('b', matter('b', 'note')),
  ])
  assert.deepEqual([seen.matters.length, seen.lookedAt, seen.failed], [1, ['b'], ['a']])
  assert.match(seen.logged.join(), /a strange date/)
})

test('without the database, or when nothing could be looked at, there is no answer that says all is well', async () => {
  const away = new DatabaseAwayError(new Error('gone'))
  await assert.rejects(look([finds('a'), fails('b', away)]), away)
  const broken = new Error('broken')
  await assert.rejects(look([fails('a', broken), fails('b', new Error('too'))]), broken)
})

test('a source is asked about those products alone in which the caller has its permission', async () => {
  const asked: (readonly string[])[] = []
  const noting = from('a', async ({ products }) => {
    asked.push(products)
    return []
  })
  assert.deepEqual((await look([noting])).lookedAt, ['a'])
  assert.deepEqual((await look([noting], ['blue', 'gone'])).lookedAt, ['a'])
  const none = await look([noting], [])
  assert.deepEqual([none.lookedAt, none.notPermitted], [[], ['a']])
  assert.deepEqual(asked, [['red', 'blue'], ['blue']])
})

test('what belongs to the whole server is not for who has a right in single products', async () => {
  const server = { ...finds('a', matter('a', 'note')), reach: 'ofServer' as const }
  assert.deepEqual((await look([server], ['red'])).notPermitted, ['a'])
  assert.deepEqual((await look([server])).lookedAt, ['a'])
})
