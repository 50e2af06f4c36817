/** `fleetward audit`, `events`, `webhooks`, `break-glass` and `retention` before a server. */
import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { SERVER_ACTOR } from '../../../packages/server/src/accounts/actor.ts'
import { BreakGlass } from '../../../packages/server/src/break-glass/break-glass.ts'
import { endings } from '../../../packages/server/test/support/edge-under-test.ts'
import { signedIn, storesOf } from '../../../packages/server/test/support/people.ts'
import { TestServer } from '../../../packages/server/test/support/test-server.ts'
import {
  verifies,
  WebhookReceiver,
} from '../../../packages/server/test/support/webhook-receiver.ts'
import { TestAuthority } from '../../support/test-certificates.ts'
import { CommandLine, type How, tokenOf } from '../support/command-line.ts'

const ended = endings()
let server: TestServer
let receiver: WebhookReceiver
let commandLine: CommandLine

before(async () => {
  commandLine = await CommandLine.open(ended)
  const authority = await TestAuthority.create()
  receiver = new WebhookReceiver(await authority.server())
  await receiver.listen()
  ended.after(() => receiver.close())
  await writeFile(file('ca.pem'), authority.pem)
  const allowNetworks = ['127.0.0.0/8', '::1/128']
  server = await TestServer.start(ended, { webhooks: { allowNetworks, caFile: file('ca.pem') } })
  await server.call('POST', '/products', { id: 'lumen' })
  const chief = await signedIn(server, [{ role: 'administrator', product: '*' }])
  await commandLine.face(server, await tokenOf(server, chief.account))
})
after(() => ended.endAll())

const file = (name: string) => commandLine.at(name)
const run = (words: readonly string[], how: How = {}) => commandLine.run(words, how)

const now = () => Math.floor(server.clock.at.getTime() / 1000)

async function act(action: string): Promise<void> {
  await storesOf(server).audit.append({
    ...{ at: now(), actor: SERVER_ACTOR, action, subject: 'rollout/r1', outcome: 'done' },
  })
}

test('the audit log is listed, exported and verified; a head that was kept shows an end that was cut off', async () => {
  for (const action of ['rollout.started', 'rollout.paused', 'rollout.resumed']) await act(action)
  const listed = await run(['audit', 'list', '--action', 'rollout.', '--limit', '2'])
  assert.deepEqual(
    listed.json.entries.map((entry: { action: string }) => entry.action),
    [...['rollout.resumed', 'rollout.paused']],
  )
  const first = await run(['audit', 'verify', '--head-file', file('head.json')])
  assert.deepEqual([first.exitCode, first.json.comparedWithKeptHead], [0, false])
  const again = await run(['audit', 'verify', '--head-file', file('head.json')])
  assert.deepEqual([again.exitCode, again.json.comparedWithKeptHead], [0, true])

  const exported = await run(['audit', 'export', '--out', file('audit.jsonl')])
  assert.equal(exported.exitCode, 0)
  assert.equal((await stat(file('audit.jsonl'))).mode & 0o777, 0o600)
  const verify = ['audit', 'verify', file('audit.jsonl')]
  const whole = await run(verify, { online: false })
  assert.equal(whole.exitCode, 0)
  const lines = (await readFile(file('audit.jsonl'), 'utf8')).split('\n')
  await writeFile(file('audit.jsonl'), lines.toSpliced(2, 1).join('\n'))
  const broken = await run(verify, { online: false })
  assert.deepEqual(
    [broken.exitCode, broken.json.error.code, broken.json.error.facts.seq],
    [1, 'AUDIT_BROKEN', 3],
  )

  // Somebody cuts the end off in the database, head and all.
  const database = server.edge?.database
  const [second] = await storesOf(server).audit.lines(1, 1)
  await database?.deleteFrom('audit_entries').where('seq', '>', 2).execute()
  await database
    ?.updateTable('audit_head')
    .set({ seq: 2, hash: second?.hash ?? '' })
    .execute()
  const cut = await run(['audit', 'verify', '--head-file', file('head.json')])
  assert.deepEqual([cut.exitCode, cut.json.error.facts.flaw], [1, 'known head missing'])
})

test('other formats go to standard output as they are, and --json wants a file for them', async () => {
  await act('rollout.started')
  const syslog = await run(['audit', 'export', '--format', 'rfc5424'], { json: false })
  assert.match(syslog.out, /^<109>1 /)
  const ocsf = await run(['audit', 'export', '--format', 'ocsf', '--since', '1d'], { json: false })
  assert.equal(JSON.parse(ocsf.out.split('\n')[0] ?? '').metadata.version, '1.3.0')
  assert.equal((await run(['audit', 'export'])).exitCode, 2)
})

test('a webhook is added, tried, changed, given another secret, looked after and removed', async () => {
  const added = await run([
    ...['webhooks', 'add', receiver.url(), '--type', 'rollout.*', '--secret-out', file('secret')],
  ])
  assert.equal(added.exitCode, 0, added.out)
  const { id } = added.json
  assert.ok(!added.out.includes('whsec_'))
  const secret = (await readFile(file('secret'), 'utf8')).trim()
  assert.equal((await stat(file('secret'))).mode & 0o777, 0o600)
  assert.equal((await run(['webhooks', 'test', id])).exitCode, 0)
  const [received] = receiver.received
  assert.ok(received && verifies(received, secret, now()))

  await storesOf(server).events.add({ at: now(), type: 'rollout.stopped', data: {} })
  await server.keepBooks()
  const { deliveries } = (await run(['webhooks', 'deliveries', id])).json
  assert.equal(deliveries[0].state, 'delivered')
  assert.equal((await run(['webhooks', 'redeliver', id, deliveries[0].event])).exitCode, 0)
  await server.keepBooks()
  assert.equal(receiver.received.length, 3)

  assert.equal((await run(['webhooks', 'change', id, '--disable'])).json.state, 'disabled')
  const enabled = await run(['webhooks', 'change', id, '--enable', '--from-now', '--type', '*'])
  assert.deepEqual([enabled.json.state, enabled.json.types], ['enabled', ['*']])
  assert.equal((await run(['webhooks', 'change', id, '--enable', '--disable'])).exitCode, 2)

  // A secret that nobody could write down is not made.
  const taken = await run(['webhooks', 'rotate-secret', id, '--secret-out', file('secret')])
  assert.equal(taken.json.error.code, 'OUT_UNWRITABLE')
  const rotated = await run([
    ...['webhooks', 'rotate-secret', id, '--secret-out', file('new'), '--overlap', '0s'],
  ])
  assert.equal(rotated.exitCode, 0, rotated.out)
  await run(['webhooks', 'test', id])
  const last = receiver.received.at(-1)
  assert.ok(last && !verifies(last, secret, now()))
  assert.ok(verifies(last, (await readFile(file('new'), 'utf8')).trim(), now()))

  receiver.answer = (response) => response.writeHead(500).end()
  const failed = await run(['webhooks', 'test', id])
  assert.deepEqual([failed.exitCode, failed.json.error.facts.status], [1, 500])
  assert.equal((await run(['webhooks', 'remove', id])).exitCode, 0)
  assert.deepEqual((await run(['webhooks', 'list'])).json.webhooks, [])
  assert.equal((await run(['webhooks', 'show', id])).json.error.code, 'NO_SUCH_WEBHOOK')
})

test('a refused address leaves no file behind', async () => {
  const refused = await run([
    ...['webhooks', 'add', 'https://10.0.0.1/', '--secret-out', file('never')],
  ])
  assert.equal(refused.json.error.code, 'WEBHOOK_URL_REFUSED')
  await assert.rejects(stat(file('never')), { code: 'ENOENT' })
})

test('events are followed as they happen, one JSON object a line for scripts', async () => {
  const following = run(['events', 'follow', '--from-start', '--type', 'device.*', '--count', '2'])
  for (const type of ['device.quarantined', 'rollout.stopped', 'device.released']) {
    await storesOf(server).events.add({ at: now(), type, product: 'lumen', data: { device: 'd1' } })
  }
  const { exitCode, out } = await following
  const types = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).type)
  assert.deepEqual([exitCode, types], [0, ['device.quarantined', 'device.released']])
})

test('the break-glass code opens from the command line, and is acknowledged there', async () => {
  const code = await new BreakGlass({
    ...{ database: storesOf(server), clock: server.clock },
  }).seal(SERVER_ACTOR)
  await writeFile(file('envelope'), `${code}\n`)
  await writeFile(file('mistyped'), 'fwx_1\n')
  const words = ['break-glass', 'use', '--out', file('emergency')]
  const mistyped = await run([...words, '--code-file', file('mistyped')], { token: false })
  assert.equal(mistyped.json.error.code, 'CODE_INVALID')
  const used = await run([...words, '--code-file', file('envelope')], { token: false })
  assert.equal(used.exitCode, 0, used.out)
  assert.ok(!used.out.includes('fwt_'))
  const emergency = (await readFile(file('emergency'), 'utf8')).trim()
  const authorization = `Bearer ${emergency}`
  assert.equal((await server.call('GET', '/accounts', undefined, { authorization })).status, 200)

  const [alarm] = (await run(['break-glass', 'alarms'])).json.alarms
  assert.equal((await run(['break-glass', 'acknowledge', alarm.id])).exitCode, 0)
  const { uses } = (await run(['break-glass', 'status'])).json
  assert.equal(uses[0].acknowledgedAt, now())
  assert.equal((await server.call('GET', '/accounts', undefined, { authorization })).status, 401)
})

test('how long what is kept is shown', async () => {
  const { json } = await run(['retention'])
  assert.deepEqual([json.auditDays, json.hold], [3650, false])
})
