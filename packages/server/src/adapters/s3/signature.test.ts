import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EMPTY_SHA256, encodePath, encodeQuery, presigned, signedHeaders } from './signature.ts'

/** The examples of AWS's own documentation (sig-v4-header-based-auth.html, sigv4-query-string-auth.html). */
const example = {
  host: 'examplebucket.s3.amazonaws.com',
  region: 'us-east-1',
  credentials: {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  },
  now: new Date(Date.UTC(2013, 4, 24)),
}

const headerExamples: [string, Parameters<typeof signedHeaders>[0], string][] = [
  [
    'GET with a range',
    {
      ...example,
      ...{ method: 'GET', path: '/test.txt', headers: { range: 'bytes=0-9' } },
      payloadSha256: EMPTY_SHA256,
    },
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  ],
  [
    'PUT of a name that has to be encoded',
    {
      ...example,
      ...{ method: 'PUT', path: '/test$file.text' },
      headers: {
        date: 'Fri, 24 May 2013 00:00:00 GMT',
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      },
      payloadSha256: '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
    },
    '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  ],
  [
    'GET of a bucket’s lifecycle',
    { ...example, method: 'GET', path: '/', query: { lifecycle: '' }, payloadSha256: EMPTY_SHA256 },
    'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  ],
  [
    'GET of a list',
    {
      ...example,
      ...{ method: 'GET', path: '/', query: { 'max-keys': '2', prefix: 'J' } },
      payloadSha256: EMPTY_SHA256,
    },
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  ],
]
for (const [what, request, signature] of headerExamples) {
  test(`AWS’s example, ${what}`, () => {
    const { authorization } = signedHeaders(request)
    assert.equal(authorization?.slice(-64), signature)
  })
}

test('AWS’s example of a URL that is good for a day', () => {
  const url = presigned({ ...example, method: 'GET', path: '/test.txt', lifetimeSeconds: 86_400 })
  assert.equal(
    url,
    '/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  )
})

test('what encodeURIComponent leaves is encoded as well', () => {
  assert.equal(encodePath("/a b/(c)'*!"), '/a%20b/%28c%29%27%2A%21')
  assert.equal(encodeQuery({ b: '1', a: 'x/y', 'a-b': '' }), 'a=x%2Fy&a-b=&b=1')
})
