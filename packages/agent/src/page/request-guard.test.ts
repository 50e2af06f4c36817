import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type GuardedRequest, refusalOf } from './request-guard.ts'

const own = { 'sec-fetch-site': ['same-origin'], origin: ['http://localhost:8480'] }

interface Case {
  readonly says: string
  readonly headers: Record<string, readonly string[]>
  readonly method?: string
  readonly isPart?: boolean
  readonly isEncrypted?: boolean
  readonly refused: ReturnType<typeof refusalOf>
}

const at = (host: string) => ({ host: [host] })
const cases: Case[] = [
  { says: 'the page itself', headers: { ...at('localhost:8480'), ...own }, refused: undefined },
  {
    says: 'through an SSH tunnel with another port',
    headers: { ...at('localhost:9000'), origin: ['http://localhost:9000'] },
    refused: undefined,
  },
  {
    says: 'the address the connection came in on',
    headers: { ...at('127.0.0.1:8480'), origin: ['http://127.0.0.1:8480'] },
    refused: undefined,
  },
  {
    says: 'a bookmark',
    isPart: false,
    method: 'GET',
    headers: { ...at('localhost'), 'sec-fetch-site': ['none'] },
    refused: undefined,
  },
  {
    says: 'a link elsewhere that opens the page',
    isPart: false,
    method: 'GET',
    headers: { ...at('localhost'), 'sec-fetch-site': ['cross-site'] },
    refused: undefined,
  },
  {
    says: 'DNS rebinding',
    headers: {
      ...at('evil.example:8480'),
      'sec-fetch-site': ['same-origin'],
      origin: ['http://evil.example:8480'],
    },
    refused: 'HOST_REFUSED',
  },
  {
    says: 'DNS rebinding of the open files',
    isPart: false,
    method: 'GET',
    headers: at('evil.example'),
    refused: 'HOST_REFUSED',
  },
  {
    says: 'another address than the connection’s',
    headers: { ...at('192.168.1.7'), ...own },
    refused: 'HOST_REFUSED',
  },
  { says: 'no host', headers: own, refused: 'HOST_REFUSED' },
  {
    says: 'two hosts',
    headers: { host: ['localhost', 'evil.example'], ...own },
    refused: 'HOST_REFUSED',
  },
  {
    says: 'a host with a user',
    headers: { ...at('localhost@evil.example'), ...own },
    refused: 'HOST_REFUSED',
  },
  {
    says: 'a host with a path',
    headers: { ...at('localhost/evil'), ...own },
    refused: 'HOST_REFUSED',
  },
  {
    says: 'a host that begins like ours',
    headers: { ...at('localhost.evil.example'), ...own },
    refused: 'HOST_REFUSED',
  },
  {
    says: 'another site',
    headers: {
      ...at('localhost:8480'),
      'sec-fetch-site': ['cross-site'],
      origin: ['https://evil.example'],
    },
    refused: 'ORIGIN_REFUSED',
  },
  {
    says: 'another port of this host',
    headers: {
      ...at('localhost:8480'),
      'sec-fetch-site': ['same-site'],
      origin: ['http://localhost:3000'],
    },
    refused: 'ORIGIN_REFUSED',
  },
  {
    says: 'another port, from a browser that names no site',
    headers: { ...at('localhost:8480'), origin: ['http://localhost:3000'] },
    refused: 'ORIGIN_REFUSED',
  },
  {
    says: 'an origin that is hidden',
    headers: { ...at('localhost:8480'), origin: ['null'] },
    refused: 'ORIGIN_REFUSED',
  },
  {
    says: 'an origin of the other scheme',
    headers: { ...at('localhost:8480'), origin: ['https://localhost:8480'] },
    refused: 'ORIGIN_REFUSED',
  },
  {
    says: 'two origins',
    headers: { ...at('localhost:8480'), origin: ['http://localhost:8480', 'https://evil.example'] },
    refused: 'ORIGIN_REFUSED',
  },
  {
    says: 'a change that does not say where it comes from',
    headers: at('localhost:8480'),
    refused: 'ORIGIN_REFUSED',
  },
  {
    says: 'a question that does not say where it comes from',
    method: 'GET',
    headers: at('localhost:8480'),
    refused: undefined,
  },
  {
    says: 'a question from another site',
    method: 'GET',
    headers: { ...at('localhost:8480'), 'sec-fetch-site': ['cross-site'] },
    refused: 'ORIGIN_REFUSED',
  },
]

for (const { says, headers, method = 'POST', isPart = true, refused } of cases) {
  test(`${says}: ${refused ?? 'answered'} (CRA P-d0)`, () => {
    const request: GuardedRequest = {
      method,
      headers,
      localAddress: '127.0.0.1',
      isEncrypted: false,
    }
    assert.equal(refusalOf(request, { hostNames: ['localhost'], isPart }), refused)
  })
}

test('on the local network only https is an origin of ours', () => {
  const request = (origin: string): GuardedRequest => ({
    ...{ method: 'POST', localAddress: '::ffff:192.168.1.20', isEncrypted: true },
    headers: { ...at('192.168.1.20:8443'), origin: [origin] },
  })
  const options = { hostNames: ['gateway.local'], isPart: true }
  assert.equal(refusalOf(request('https://192.168.1.20:8443'), options), undefined)
  assert.equal(refusalOf(request('http://192.168.1.20:8443'), options), 'ORIGIN_REFUSED')
})
