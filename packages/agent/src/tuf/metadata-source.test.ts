import assert from 'node:assert/strict'
import { test } from 'node:test'
import { httpsMetadataSource } from './metadata-source.ts'

test('asks for files below the base URL, each with its limit', async () => {
  const requests: unknown[] = []
  const client = {
    fetch: async (url: string | URL, options: { maxBytes: number }) => {
      requests.push([String(url), options.maxBytes])
      return Buffer.from('bytes')
    },
  }
  for (const base of ['https://server/tuf/g1/metadata', 'https://server/tuf/g1/metadata/']) {
    const bytes = await httpsMetadataSource(client, base).fetch('1...%2Frole.json', 7)
    assert.deepEqual(bytes, Buffer.from('bytes'))
  }
  const expected = ['https://server/tuf/g1/metadata/1...%2Frole.json', 7]
  assert.deepEqual(requests, [expected, expected])
})
