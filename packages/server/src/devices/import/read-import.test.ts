import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { IMPORT_LINES_MAX_COUNT, LINE_MAX_CHARACTERS } from './limits.ts'
import { type ImportFormat, readImport } from './read-import.ts'

/** In pieces of `size` bytes, as the network brings them. */
async function* pieces(text: string | Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(text: string | Uint8Array, format: ImportFormat = 'csv') {
  const { lines, mistakes } = await readImport(pieces(text), format)
  return {
    devices: lines.map(({ line, device: { attributes, ...device } }) => ({
      ...{ line, ...device },
      attributes: Object.fromEntries(attributes),
    })),
    mistakes: mistakes.map(({ line, field }) => (field === undefined ? line : [line, field])),
  }
}

describe('an import', () => {
  test('is read from CSV, with types, quotes and empty fields', async () => {
    const csv = [
      '\ufeffid,cohort,test,attr.site,attr.floor:number,attr.leased:flag',
      'lumen-1,field,true,"Hall ""A"", north",-2.5,false',
      'lumen-2,,,Straße 3,,',
      '',
      '"lumen-3",pilot,false,,7,true',
    ].join('\r\n')
    assert.deepEqual(await read(csv), {
      devices: [
        {
          ...{ line: 2, id: 'lumen-1', cohort: 'field', test: true },
          attributes: { site: 'Hall "A", north', floor: -2.5, leased: false },
        },
        { line: 3, id: 'lumen-2', attributes: { site: 'Straße 3' } },
        {
          ...{ line: 5, id: 'lumen-3', cohort: 'pilot', test: false },
          attributes: { floor: 7, leased: true },
        },
      ],
      mistakes: [],
    })
  })

  test('is read from JSON lines, where null takes an attribute away', async () => {
    const lines = [
      '{"id":"lumen-1","cohort":"field","pinned":false,"attributes":{"site":"A","floor":3}}',
      '{"id":"lumen-2","attributes":{"site":null}}',
    ].join('\n')
    assert.deepEqual(await read(lines, 'jsonLines'), {
      devices: [
        {
          ...{ line: 1, id: 'lumen-1', cohort: 'field', pinned: false },
          attributes: { site: 'A', floor: 3 },
        },
        { line: 2, id: 'lumen-2', attributes: { site: undefined } },
      ],
      mistakes: [],
    })
  })

  const header = 'id,cohort,attr.floor:number'
  const mistaken: [what: string, text: string, format: ImportFormat, mistakes: unknown[]][] = [
    ['a name that is none', `${header}\nno id,Field,x`, 'csv', [2]],
    [
      'several in one line',
      `id,cohort\nno id,Field`,
      'csv',
      [
        [2, 'id'],
        [2, 'cohort'],
      ],
    ],
    [
      'in several lines',
      `${header}\na,b\n-,field,\nok,field,1\nx,field,1,2`,
      'csv',
      [2, [3, 'id'], 5],
    ],
    ['a device named twice', 'id\na\nb\na', 'csv', [[4, 'id']]],
    ['no column for the id', 'cohort\nfield', 'csv', [1]],
    ['a column nobody knows', 'id,colour\na,red', 'csv', [1]],
    ['a column named twice', 'id,test,test\na,true,true', 'csv', [1]],
    ['an open quote', 'id,cohort\na,"field\nb,pilot', 'csv', [2]],
    ['text behind a quote', 'id,cohort\na,"fie"ld', 'csv', [2]],
    ['a quote in the middle', 'id,cohort\na,fi"eld', 'csv', [2]],
    ['no JSON', '{"id":"a"}\n{"id":', 'jsonLines', [2]],
    [
      'another shape',
      '[]\n{"id":"a","x":1}\n{"id":"b","test":"yes"}',
      'jsonLines',
      [1, 2, [3, 'test']],
    ],
    [
      'an attribute that is an object',
      '{"id":"a","attributes":{"b":{}}}',
      'jsonLines',
      [[1, 'attributes.b']],
    ],
  ]
  for (const [what, text, format, mistakes] of mistaken) {
    test(`has its mistakes told with their lines: ${what}`, async () => {
      assert.deepEqual((await read(text, format)).mistakes, mistakes)
    })
  }

  test('that is no UTF-8, or one line without an end, ends there', async () => {
    const latin1 = Buffer.from('id,attr.site\na,Stra\xdfe', 'latin1')
    assert.deepEqual((await read(latin1)).mistakes, [2])
    const endless = `id\n${'x'.repeat(LINE_MAX_CHARACTERS + 1)}`
    assert.deepEqual((await read(endless)).mistakes, [2])
  })

  test('has a largest number of devices', async () => {
    const ids = (count: number) =>
      `id\n${Array.from({ length: count }, (_, i) => `d${i}`).join('\n')}`
    const size = 64 * 1024
    const most = await readImport(pieces(ids(IMPORT_LINES_MAX_COUNT), size), 'csv')
    assert.deepEqual([most.lines.length, most.mistakes], [IMPORT_LINES_MAX_COUNT, []])
    const more = await readImport(pieces(ids(IMPORT_LINES_MAX_COUNT + 1), size), 'csv')
    assert.deepEqual(
      more.mistakes.map(({ line }) => line),
      [IMPORT_LINES_MAX_COUNT + 2],
    )
  })

  test('whatever bytes come, it is read or has mistakes', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.constantFrom('id', ',', '"', '\n', '\r\n', '{"id":"a"}', 'attr.a', ':', 'x', '{'))
        .map((parts) => parts.join('')),
    )
    const bytes = fc.oneof(
      text.map((each) => Buffer.from(each)),
      fc.uint8Array(),
    )
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom('csv', 'jsonLines'), async (body, format) => {
        const { lines, mistakes } = await readImport(pieces(body, 5), format as ImportFormat)
        for (const { line } of [...lines, ...mistakes]) assert.ok(line >= 1)
        for (const { what } of mistakes) assert.ok(what.length < 400)
      }),
      { numRuns: 500 },
    )
  })
})
