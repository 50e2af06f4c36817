/** Webhooks as receivers meet them: a real HTTPS receiver, a whole server, and a clock that the test sets. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { TestAuthority } from '../../../../test/support/test-certificates.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import type { NewEvent } from '../../src/events/event-store.ts'
import type { Stores } from '../../src/stores.ts'
import { TestServer } from '../support/test-server.ts'
import { verifies, WebhookReceiver } from '../support/webhook-receiver.ts'

class Site {
  readonly server: TestServer
  readonly receiver: WebhookReceiver

  private constructor(server: TestServer, receiver: WebhookReceiver) {
    this.server = server
    this.receiver = receiver
  }

  static async open(t: Parameters<typeof TestServer.start>[0], rules: object = {}): Promise<Site> {
    const authority = await TestAuthority.create()
    const receiver = new WebhookReceiver(await authority.server())
    await receiver.listen()
    const folder = await mkdtemp(join(tmpdir(), 'fleetward-webhooks-'))
    const caFile = join(folder, 'ca.pem')
    await writeFile(caFile, authority.pem)
    const allowNetworks = ['127.0.0.0/8', '::1/128']
    const server = await TestServer.start(t, { webhooks: { allowNetworks, caFile, ...rules } })
    t.after(async () => {
      await receiver.close()
      await rm(folder, { recursive: true })
    })
    await server.call('POST', '/products', { id: 'lumen' })
    return new Site(server, receiver)
  }

  /** As new, for the next test; the clock goes on. */
  async clear(): Promise<this> {
    for (const where of ['', '/products/lumen']) {
      const { body } = await this.server.call('GET', `${where}/webhooks`)
      for (const { id } of body) await this.server.call('DELETE', `${where}/webhooks/${id}`)
    }
    await this.server.keepBooks()
    this.receiver.received.length = 0
    this.receiver.answer = (response) => response.writeHead(204).end()
    return this
  }

  get stores(): Stores {
    assert.ok(this.server.edge)
    return sqlStores(this.server.edge.database)
  }

  get now(): number {
    return Math.floor(this.server.clock.at.getTime() / 1000)
  }

  pass(seconds: number): void {
    this.server.clock.at = new Date(this.server.clock.at.getTime() + seconds * 1000)
  }

  async add(wanted: object = {}, where = ''): Promise<{ id: string; secret: string }> {
    const body = { url: this.receiver.url(), types: ['*'], ...wanted }
    const answer = await this.server.call('POST', `${where}/webhooks`, body)
    assert.equal(answer.status, 201, JSON.stringify(answer.body))
    return answer.body
  }

  async happen(...all: Partial<NewEvent>[]): Promise<void> {
    for (const more of all) {
      const event = { at: this.now, type: 'rollout.stopped', product: 'lumen', data: {} }
      await this.stores.events.add({ ...event, ...more })
    }
    await this.server.keepBooks()
  }

  async get(id: string) {
    return (await this.server.call('GET', `/webhooks/${id}`)).body
  }
}

/** A server takes a second to start: most tests share one. */
const shared = await Site.open({ after })

test('an event reaches its receiver signed, in Standard Webhooks form', async () => {
  const site = await shared.clear()
  const { secret } = await site.add()
  await site.happen({ data: { rollout: 'r1', share: 0.5 } })
  const [received, ...others] = site.receiver.received
  assert.ok(received)
  assert.equal(others.length, 0)
  assert.ok(verifies(received, secret, site.now))
  assert.ok(!verifies({ ...received, body: `${received.body} ` }, secret, site.now))
  assert.deepEqual(JSON.parse(received.body), {
    ...{ type: 'rollout.stopped', timestamp: site.server.clock.at.toISOString(), product: 'lumen' },
    data: { rollout: 'r1', share: 0.5 },
  })
  assert.equal(received.headers['content-type'], 'application/json')
  const [delivery] = (await site.server.call('GET', `/webhooks/${await firstId(site)}/deliveries`))
    .body
  assert.deepEqual(
    [delivery.event, delivery.state, delivery.status],
    [received.id, 'delivered', 204],
  )
})

async function firstId(site: Site): Promise<string> {
  return (await site.server.call('GET', '/webhooks')).body[0].id
}

test('a failed delivery is tried again later, with the same id, and what came after it waits its turn', async () => {
  const site = await shared.clear()
  await site.add()
  site.receiver.answer = (response) => response.writeHead(500).end()
  await site.happen({ data: 1 }, { data: 2 }, { data: 3 })
  assert.equal(site.receiver.received.length, 1)
  // Too early.
  await site.server.keepBooks()
  assert.equal(site.receiver.received.length, 1)
  site.pass(11)
  await site.server.keepBooks()
  assert.equal(site.receiver.received.length, 2)
  site.receiver.answer = (response) => response.writeHead(200).end('thanks')
  site.pass(31)
  await site.server.keepBooks()
  assert.deepEqual(
    site.receiver.received.map(({ event }) => event.data),
    [1, 1, 1, 2, 3],
  )
  const [first, second, third] = site.receiver.received
  assert.deepEqual([second?.id, third?.id], [first?.id, first?.id])
  const { body } = await site.server.call('GET', `/webhooks/${await firstId(site)}/deliveries`)
  assert.deepEqual(
    body.map((each: { attempts: number }) => each.attempts),
    [1, 1, 3],
  )
})

test('a receiver that is dead holds up nobody else', async () => {
  const site = await shared.clear()
  await site.add({ url: 'https://localhost:1/dead' })
  await site.add({ url: site.receiver.url('/alive') })
  await site.happen({ data: 1 }, { data: 2 })
  assert.deepEqual(
    site.receiver.of('/alive').map(({ event }) => event.data),
    [1, 2],
  )
})

test('a server that was stopped in between goes on where it was, and loses nothing', async () => {
  const site = await shared.clear()
  await site.add()
  await site.happen({ data: 1 })
  await site.stores.events.add({ at: site.now, type: 'rollout.stopped', product: 'lumen', data: 2 })
  await site.server.stop()
  await site.server.start()
  await site.happen({ data: 3 })
  assert.deepEqual(
    site.receiver.received.map(({ event }) => event.data),
    [1, 2, 3],
  )
})

test('after three days without an answer the webhook is given up, aloud, and goes on when somebody turns it on', async () => {
  const site = await shared.clear()
  await site.add({ url: site.receiver.url('/watch'), types: ['security.*'] })
  const { id } = await site.add({ url: site.receiver.url('/dead'), types: ['rollout.*'] })
  site.receiver.answer = (response, { path }) =>
    response.writeHead(path === '/dead' ? 503 : 204).end()
  await site.happen({ data: 1 })
  for (let tries = 0; (await site.get(id)).state === 'enabled'; tries += 1) {
    assert.ok(tries < 30)
    site.pass(Math.max(1, (await site.get(id)).nextAt - site.now))
    await site.server.keepBooks()
  }
  const tried = site.receiver.of('/dead').length
  assert.ok(tried >= 12 && tried <= 20, String(tried))
  await site.happen({ data: 2 })
  assert.equal(site.receiver.of('/dead').length, tried)
  const [alarm] = site.receiver.of('/watch')
  assert.equal(alarm?.event.type, 'security.webhook-given-up')
  const subject = `webhook/${id}`
  assert.equal(
    (await site.stores.audit.find({ action: 'webhook.given-up', subject, limit: 9 })).length,
    1,
  )

  site.receiver.answer = (response) => response.writeHead(204).end()
  const { revision } = await site.get(id)
  const headers = { 'if-match': `"${revision}"` }
  assert.equal(
    (await site.server.call('PATCH', `/webhooks/${id}`, { state: 'enabled' }, headers)).status,
    200,
  )
  await site.server.keepBooks()
  assert.deepEqual(
    site.receiver
      .of('/dead')
      .slice(tried)
      .map(({ event }) => event.data),
    [1, 2],
  )
})

test('a receiver that says it is gone is given up at once, one that asks for time gets it', async () => {
  const site = await shared.clear()
  const gone = await site.add({ url: site.receiver.url('/gone') })
  const busy = await site.add({ url: site.receiver.url('/busy') })
  site.receiver.answer = (response, { path }) =>
    path === '/gone'
      ? response.writeHead(410).end()
      : response.writeHead(429, { 'retry-after': '1000' }).end()
  await site.happen({})
  assert.equal((await site.get(gone.id)).state, 'failed')
  assert.equal((await site.get(busy.id)).nextAt, site.now + 1000)
})

test('both secrets sign while one takes over from the other, and then only the new one', async () => {
  const site = await shared.clear()
  const { id, secret } = await site.add()
  const { body } = await site.server.call('POST', `/webhooks/${id}/secret`, { overlapSeconds: 600 })
  assert.notEqual(body.secret, secret)
  await site.happen({})
  const [during] = site.receiver.received
  assert.ok(during)
  assert.ok(verifies(during, secret, site.now) && verifies(during, body.secret, site.now))
  site.pass(601)
  await site.happen({})
  const [, later] = site.receiver.received
  assert.ok(later)
  assert.ok(!verifies(later, secret, site.now) && verifies(later, body.secret, site.now))
  const stolen = await site.server.call('POST', `/webhooks/${id}/secret`, { overlapSeconds: 0 })
  await site.happen({})
  const last = site.receiver.received.at(-1)
  assert.ok(last)
  assert.ok(!verifies(last, body.secret, site.now) && verifies(last, stolen.body.secret, site.now))
})

test('secrets are sealed in the database and shown in no answer but the one that made them', async () => {
  const site = await shared.clear()
  const { id, secret } = await site.add()
  const database = site.server.edge?.database
  const row = await database?.selectFrom('webhooks').selectAll().executeTakeFirst()
  assert.match(row?.secret ?? '', /^fws1\./)
  for (const path of ['/webhooks', `/webhooks/${id}`, `/webhooks/${id}/deliveries`, '/audit']) {
    const { body } = await site.server.call('GET', path)
    const text = JSON.stringify(body)
    assert.ok(!text.includes(secret.slice(6)) && !text.includes('fws1.'), path)
  }
})

test('a product’s webhook hears of its product alone, and is no business of others', async () => {
  const site = await shared.clear()
  await site.server.call('POST', '/products', { id: 'other' })
  const { id } = await site.add({ url: site.receiver.url('/lumen') }, '/products/lumen')
  await site.happen({ data: 1 }, { product: 'other' }, { product: undefined }, { data: 2 })
  assert.deepEqual(
    site.receiver.of('/lumen').map(({ event }) => event.data),
    [1, 2],
  )
  for (const where of ['/products/other', '']) {
    assert.equal((await site.server.call('GET', `${where}/webhooks/${id}`)).status, 404)
    assert.equal((await site.server.call('DELETE', `${where}/webhooks/${id}`)).status, 404)
    assert.deepEqual((await site.server.call('GET', `${where}/webhooks`)).body, [])
  }
  // An event of another product cannot be asked for by way of this webhook.
  const foreign = (await site.stores.events.after(0, 500)).find(
    ({ product }) => product === 'other',
  )
  const path = `/products/lumen/webhooks/${id}/deliveries/${foreign?.id}/redelivery`
  assert.equal((await site.server.call('POST', path)).status, 404)
})

test('an event that was delivered is delivered again on request, with the same id', async () => {
  const site = await shared.clear()
  const { id } = await site.add()
  await site.happen({ data: 1 }, { data: 2 })
  const [first] = site.receiver.received
  const path = `/webhooks/${id}/deliveries/${first?.id}/redelivery`
  assert.equal((await site.server.call('POST', path)).status, 202)
  await site.server.keepBooks()
  assert.deepEqual(site.receiver.received.map((each) => each.id).at(-1), first?.id)
  assert.equal(site.receiver.received.length, 3)
  await site.server.keepBooks()
  assert.equal(site.receiver.received.length, 3)
  const nobody = `/webhooks/${id}/deliveries/6f1c1a6e-1111-4222-8333-123456789abc/redelivery`
  assert.equal((await site.server.call('POST', nobody)).status, 404)
})

test('a webhook is tried out without anything having happened', async () => {
  const site = await shared.clear()
  const { id, secret } = await site.add()
  const tried = await site.server.call('POST', `/webhooks/${id}/test`)
  assert.deepEqual(tried.body, { isDelivered: true, status: 204 })
  const [received] = site.receiver.received
  assert.ok(received && verifies(received, secret, site.now))
  assert.equal(received.event.type, 'webhook.test')
  site.receiver.answer = (response) => response.writeHead(500).end()
  const { body } = await site.server.call('POST', `/webhooks/${id}/test`)
  assert.deepEqual(body, { isDelivered: false, status: 500, error: 'REFUSED' })
})

for (const [what, answer, error] of [
  ['sends on to another address', 'redirect', 'REDIRECTED'],
  ['answers without end', 'endless', 'ANSWER_TOO_LONG'],
] as const) {
  test(`a receiver that ${what} has not taken it`, async () => {
    const site = await shared.clear()
    const { id } = await site.add()
    site.receiver.answer = (response, { path }) => {
      if (path !== '/hook') return void response.writeHead(204).end()
      if (answer === 'redirect') {
        response.writeHead(307, { location: site.receiver.url('/elsewhere') }).end()
        return
      }
      response.writeHead(200)
      const pour = () => {
        while (!response.destroyed && response.write('x'.repeat(16 * 1024)));
      }
      response.on('drain', pour)
      response.on('error', () => {})
      pour()
    }
    const { body } = await site.server.call('POST', `/webhooks/${id}/test`)
    assert.equal(body.error, error)
    assert.equal(site.receiver.of('/elsewhere').length, 0)
  })
}

test('a name that leads into a private network reaches nobody, whatever it was when it was added', async (t) => {
  const site = await Site.open(t, { allowNetworks: [] })
  const { id } = await site.add()
  const { body } = await site.server.call('POST', `/webhooks/${id}/test`)
  assert.equal(body.error, 'ADDRESS_FORBIDDEN')
  assert.equal(site.receiver.connections, 0)
  const url = site.receiver.url().replace('localhost', '127.0.0.1')
  const refused = await site.server.call('POST', '/webhooks', { url, types: ['*'] })
  assert.deepEqual([refused.status, refused.body.code], [400, 'WEBHOOK_URL_REFUSED'])
})

test('a server that ends does not wait for a receiver that hangs, and tells it later', async (t) => {
  const site = await Site.open(t)
  await site.add()
  const isHeld = Promise.withResolvers<void>()
  site.receiver.answer = () => isHeld.resolve()
  const event = { at: site.now, type: 'rollout.stopped', product: 'lumen', data: 1 }
  await site.stores.events.add(event)
  site.server.keepBooks().catch(() => {})
  await isHeld.promise
  const begun = performance.now()
  await site.server.stop()
  assert.ok(performance.now() - begun < 10_000)
  site.receiver.answer = (response) => response.writeHead(204).end()
  await site.server.start()
  await site.server.keepBooks()
  const [first, second] = site.receiver.received
  assert.equal(second?.id, first?.id)
})

test('a receiver whose certificate nobody vouches for gets nothing', async (t) => {
  const site = await Site.open(t, { caFile: undefined })
  const { id } = await site.add()
  const { body } = await site.server.call('POST', `/webhooks/${id}/test`)
  assert.equal(body.error, 'CERTIFICATE_REFUSED')
  assert.deepEqual(site.receiver.received, [])
})

test('changes to webhooks are in the audit log, without paths and secrets', async () => {
  const site = await shared.clear()
  const { seq: before } = await site.stores.audit.head()
  const { id, secret } = await site.add({ url: site.receiver.url('/a-secret-path') })
  const ifMatch = async () => ({ 'if-match': `"${(await site.get(id)).revision}"` })
  await site.server.call('PATCH', `/webhooks/${id}`, { state: 'disabled' }, await ifMatch())
  const stale = await site.server.call(
    'PATCH',
    `/webhooks/${id}`,
    { types: ['*'] },
    { 'if-match': '"1"' },
  )
  assert.equal(stale.status, 412)
  await site.server.call('POST', `/webhooks/${id}/secret`, {})
  await site.server.call('DELETE', `/webhooks/${id}`)
  const lines = (await site.stores.audit.lines(before, 100)).map(({ line }) => line)
  const actions = lines.map((line) => JSON.parse(line).action)
  assert.deepEqual(
    actions.filter((action) => action.startsWith('webhook.')),
    [...['webhook.added', 'webhook.changed', 'webhook.key-rotated', 'webhook.removed']],
  )
  assert.ok(actions.includes('request.refused'))
  assert.ok(!lines.some((line) => line.includes('a-secret-path') || line.includes(secret)))
  await site.happen({})
  assert.deepEqual(site.receiver.received, [])
})
