/** A server with one product that nobody has released anything for, by the clock of the browser before it. */
import assert from 'node:assert/strict'
import { PRODUCT } from '../../../packages/server/test/support/desk.ts'
import type { Ending } from '../../../packages/server/test/support/edge-under-test.ts'
import { TestServer } from '../../../packages/server/test/support/test-server.ts'

export async function serverWithProduct(t: Ending): Promise<TestServer> {
  const server = await TestServer.start(t, {}, { at: new Date() })
  assert.equal((await server.call('POST', '/products', { id: PRODUCT })).status, 201)
  return server
}
