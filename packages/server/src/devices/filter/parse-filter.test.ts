import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { FilterError } from './filter-error.ts'
import { CONDITIONS_MAX_COUNT, FILTER_DEPTH_MAX, parseFilter } from './parse-filter.ts'
import { FILTER_MAX_CHARACTERS } from './tokens.ts'

const own = (name: string) => ({ kind: 'own', name })
const attr = (name: string) => ({ kind: 'attribute', source: 'operator', name })
const reported = (name: string) => ({ kind: 'attribute', source: 'device', name })
const compare = (field: object, operator: string, value: object) => ({
  ...{ kind: 'compare', field, operator, value },
})

describe('a filter', () => {
  test('of several conditions is read as it is written', () => {
    assert.deepEqual(parseFilter('version < 1.4.3 and attr.region = "eu" and lastSeen < 7d'), {
      kind: 'all',
      of: [
        compare(own('version'), '<', { kind: 'version', key: '111413' }),
        compare(attr('region'), '=', { kind: 'text', text: 'eu' }),
        compare(own('lastSeen'), '<', { kind: 'age', seconds: 7 * 86_400 }),
      ],
    })
  })

  test('binds not before and, and before or', () => {
    const [a, b, c] = ['online', 'test', 'pinned'].map((name) =>
      compare(own(name), '=', { kind: 'flag', flag: true }),
    )
    const expected = { kind: 'any', of: [a, { kind: 'all', of: [{ kind: 'not', of: b }, c] }] }
    assert.deepEqual(parseFilter('online or not test and pinned'), expected)
    assert.deepEqual(parseFilter('online or ((not test) and pinned)'), expected)
    assert.deepEqual(
      parseFilter('ONLINE or NOT test AND pinned'.replace('ONLINE', 'online')),
      expected,
    )
  })

  const readings: [string, object][] = [
    ['cohort = field', compare(own('cohort'), '=', { kind: 'text', text: 'field' })],
    [
      'cohort != field',
      { kind: 'not', of: compare(own('cohort'), '=', { kind: 'text', text: 'field' }) },
    ],
    ['id ~ lumen-00', compare(own('id'), '~', { kind: 'text', text: 'lumen-00' })],
    ['line<=1.10', compare(own('line'), '<=', { kind: 'line', key: '11210' })],
    ['securityCounter >= 3', compare(own('securityCounter'), '>=', { kind: 'number', number: 3 })],
    ['quarantined = false', compare(own('quarantined'), '=', { kind: 'flag', flag: false })],
    [
      'enrolledAt < 2026-11-21',
      compare(own('enrolledAt'), '<', { kind: 'time', seconds: 1795219200 }),
    ],
    [
      'enrolledAt < 2026-11-21T01:00Z',
      compare(own('enrolledAt'), '<', { kind: 'time', seconds: 1795222800 }),
    ],
    ['lastSeen > 90m', compare(own('lastSeen'), '>', { kind: 'age', seconds: 5400 })],
    ['has attr.region', { kind: 'has', field: attr('region') }],
    ['has device."free space"', { kind: 'has', field: reported('free space') }],
    ['attr.floor = -3', compare(attr('floor'), '=', { kind: 'number', number: -3 })],
    ['attr.floor = "-3"', compare(attr('floor'), '=', { kind: 'text', text: '-3' })],
    ['attr.batch = 0815', compare(attr('batch'), '=', { kind: 'text', text: '0815' })],
    ['attr.batch ~ 08', compare(attr('batch'), '~', { kind: 'text', text: '08' })],
    ['attr.leased = true', compare(attr('leased'), '=', { kind: 'flag', flag: true })],
    [
      'device.boot-loader < 2026.1.0',
      compare(reported('boot-loader'), '<', { kind: 'version', key: '420261110' }),
    ],
    [
      'attr.note = "say \\"no\\" \\\\"',
      compare(attr('note'), '=', { kind: 'text', text: 'say "no" \\' }),
    ],
    [
      'state in (failed, "idle")',
      {
        kind: 'in',
        field: own('state'),
        values: [
          { kind: 'text', text: 'failed' },
          { kind: 'text', text: 'idle' },
        ],
      },
    ],
    [
      'id not in (a)',
      { kind: 'not', of: { kind: 'in', field: own('id'), values: [{ kind: 'text', text: 'a' }] } },
    ],
  ]
  for (const [text, filter] of readings) {
    test(`can be: ${text}`, () => assert.deepEqual(parseFilter(text), filter))
  }
})

describe('a mistake in a filter', () => {
  const mistakes: [string, number, string | undefined][] = [
    ['', 1, undefined],
    ['lastseen < 7d', 1, 'lastSeen'],
    ['vresion < 1.4.3', 1, 'version'],
    ['region = "eu"', 1, 'attr.region or device.region'],
    ['atr.region = "eu"', 1, 'attr.region'],
    ['version < 1.4', 11, '1.4.0, or line … 1.4'],
    ['version < 1', 11, '1.0.0'],
    ['version = v1.5.0', 11, '1.5.0'],
    ['version = 01.5.0', 11, '1.5.0'],
    ['version = 1.5.0.0', 11, '1.5.0'],
    ['version = latest', 11, undefined],
    ['line = 1.4.3', 8, 'version … 1.4.3'],
    ['version == 1.4.3', 9, '='],
    ["cohort = 'field'", 10, '"…"'],
    ['cohort = "field', 10, undefined],
    ['state = fialed', 9, 'failed'],
    ['state < failed', 7, undefined],
    ['lastSeen = 7d', 10, undefined],
    ['lastSeen < 7 days', 12, undefined],
    ['enrolledAt < 2026-02-30', 14, undefined],
    ['online = yes', 10, undefined],
    ['cohort = or', 10, '"or"'],
    ['cohort', 7, undefined],
    ['cohort in field', 11, undefined],
    ['cohort in (field', 17, undefined],
    ['cohort in (field; pilot)', 17, undefined],
    ['online test', 8, undefined],
    ['online or', 10, undefined],
    ['(online', 8, undefined],
    ['online)', 7, undefined],
    ['has "region"', 5, undefined],
    ['attr. = 1', 7, undefined],
    ['attr. "region" = 1', 7, undefined],
    ['attr."" = 1', 6, undefined],
    ['constructor = 1', 1, 'attr.constructor or device.constructor'],
    ['attr.note = "a\u0000b"', 13, undefined],
    ['attr.note = "a\ud800b"', 13, undefined],
    ["id = x'; DROP TABLE devices; --", 7, '"…"'],
  ]
  for (const [text, position, suggestion] of mistakes) {
    test(`is shown where it is: ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => parseFilter(text),
        (error) => {
          assert.ok(error instanceof FilterError)
          const { position: at, suggestion: meant } = error
          assert.deepEqual({ at, meant }, { at: position, meant: suggestion })
          assert.ok(error.expected.length > 0)
          return true
        },
      )
    })
  }
})

test('a filter has a length, a depth, and a number of conditions and values', () => {
  const refused = (text: string) => assert.throws(() => parseFilter(text), FilterError)
  const conditions = (count: number) => Array.from({ length: count }, () => 'online').join(' or ')
  const values = (count: number) =>
    `id in (${Array.from({ length: count }, (_, i) => i).join(',')})`
  const nested = (depth: number) => `${'('.repeat(depth)}online${')'.repeat(depth)}`

  parseFilter(conditions(CONDITIONS_MAX_COUNT))
  refused(conditions(CONDITIONS_MAX_COUNT + 1))
  parseFilter(values(256))
  refused(values(257))
  parseFilter(nested(FILTER_DEPTH_MAX))
  refused(nested(FILTER_DEPTH_MAX + 1))
  refused(`${'not '.repeat(400)}online`)
  parseFilter(`online${' '.repeat(FILTER_MAX_CHARACTERS - 6)}`)
  refused(`online${' '.repeat(FILTER_MAX_CHARACTERS - 5)}`)
})

/** Fragments of filters in any order get further into the parser than noise does. */
const fragments = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...['version', 'attr.a', 'device."b"', 'lastSeen', 'online', 'not', 'and', 'or', 'in'],
        ...['has', '(', ')', ',', '=', '!=', '<', '~', '1.4.3', '1.4', '7d', '"x"', '5', 'true'],
      ),
      fc.string({ unit: 'binary', maxLength: 6 }),
    ),
    { maxLength: 30 },
  )
  .map((words) => words.join(' '))

test('whatever text comes, it is a filter or a mistake with a place in it', () => {
  const text = fc.oneof(fragments, fc.string({ unit: 'binary', maxLength: 200 }), fc.string())
  fc.assert(
    fc.property(text, (filter) => {
      try {
        parseFilter(filter)
      } catch (error) {
        assert.ok(error instanceof FilterError, String(error))
        assert.ok(error.position >= 1 && error.position <= filter.length + 1)
        assert.ok(error.message.isWellFormed())
      }
    }),
    { numRuns: 3000 },
  )
})
