/** Refused attempts stand in the audit log, whoever made them, and a flood of them does not fill the disk. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AuditLine, parseAuditLine } from '@fleetward/shared'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import { TestServer } from '../support/test-server.ts'

async function entries(server: TestServer): Promise<readonly AuditLine[]> {
  assert.ok(server.edge)
  const { audit } = sqlStores(server.edge.database)
  return (await audit.lines(0, 1_000)).map(({ line }) => parseAuditLine(line))
}

test('a request without a right, to a foreign product or against the state of things is kept with who, what and why', async (t) => {
  const server = await TestServer.start(t)
  await server.call('GET', '/products', undefined, { authorization: 'Bearer fwa_guessed' })
  await server.call('GET', '/products/of-somebody-else/rollouts?token=fwa_in-the-query')
  await server.call('POST', '/products', { id: 'lumen' })
  await server.call('POST', '/products', { id: 'lumen' })
  // What is only mistaken changes nothing and tells of nobody.
  await server.call('GET', '/products/lumen/rollouts/no-such')
  await server.call('POST', '/products', { id: 'NOT A NAME' })
  const refused = (await entries(server)).filter(({ outcome }) => outcome === 'refused')
  assert.deepEqual(
    refused.map(({ actor, subject, product, code }) => ({
      actor: actor.kind,
      subject,
      product,
      code,
    })),
    [
      {
        actor: 'stranger',
        subject: 'GET /api/1/products',
        product: undefined,
        code: 'ACCESS_DENIED',
      },
      {
        ...{ actor: 'service', subject: 'GET /api/1/products/of-somebody-else/rollouts' },
        ...{ product: 'of-somebody-else', code: 'NO_SUCH_PRODUCT' },
      },
      {
        actor: 'service',
        subject: 'POST /api/1/products',
        product: undefined,
        code: 'PRODUCT_EXISTS',
      },
    ],
  )
  for (const { actor, requestId } of refused) {
    assert.equal(actor.address, '127.0.0.1')
    assert.match(requestId ?? '', /^[0-9a-f-]{36}$/)
  }
})

test('the name of a refused request is in its answer and in the audit log', async (t) => {
  const server = await TestServer.start(t)
  const denied = { authorization: 'none', 'x-request-id': 'of my own choice' }
  const { headers } = await server.call('GET', '/products', undefined, denied)
  const [entry] = await entries(server)
  assert.equal(entry?.requestId, headers.get('x-request-id'))
  assert.match(entry?.requestId ?? '', /^[0-9a-f-]{36}$/)
})

test('CRA P-096: a thousand refusals are eleven entries, and the last of them says how many it stands for', async (t) => {
  const server = await TestServer.start(t)
  for (let at = 0; at < 10; at += 1) {
    const hundred = Array.from({ length: 100 }, () =>
      server.call('GET', '/products', undefined, { authorization: 'none' }),
    )
    for (const { status } of await Promise.all(hundred)) assert.equal(status, 401)
  }
  server.clock.at = new Date(server.clock.at.getTime() + 61_000)
  await server.call('GET', '/products', undefined, { authorization: 'none' })
  const all = await entries(server)
  assert.equal(all.length, 12)
  assert.equal(JSON.stringify(all.at(10)?.after), '{"codes":{"ACCESS_DENIED":990},"count":990}')
  assert.equal(all.at(11)?.action, 'request.refused')
})
