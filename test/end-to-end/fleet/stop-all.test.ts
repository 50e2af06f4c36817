/** `fleetward rollout stop --all`, for the night of an incident. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PRODUCT } from '../../../packages/server/test/support/desk.ts'
import { signedIn, storesOf } from '../../../packages/server/test/support/people.ts'
import { TestServer } from '../../../packages/server/test/support/test-server.ts'
import { CommandLine, tokenOf } from '../support/command-line.ts'

test('one command stops every rollout of a product that may offer anything, each with its entry in the audit log', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  const artifact = Buffer.from('firmware')
  await server.publish(desk, 1, [{ version: '1.4.3', kind: 'security', artifact }])
  const chief = await signedIn(server, [{ role: 'administrator', product: '*' }])
  const commandLine = await CommandLine.open(t)
  await commandLine.face(server, await tokenOf(server, chief.account))
  const begin = async (cohort: string, more: object = {}) => {
    const { body } = await server.of('POST', '/rollouts', { release: '1.4.3', cohort, ...more })
    return body.id as string
  }
  const later = { start: { at: 4_000_000_000 }, groups: [{ name: 'a', members: { rest: true } }] }
  const running = await begin('running')
  const scheduled = await begin('scheduled', { plan: later })
  const paused = await begin('paused')
  await server.of('POST', `/rollouts/${paused}/pause`)
  const [ready, withdrawn] = [await begin('ready', { start: false }), await begin('withdrawn')]
  await server.of('POST', `/rollouts/${withdrawn}/withdraw`)

  // More than a page of them that come before: none behind is forgotten.
  const { rollouts } = storesOf(server)
  const over = (await rollouts.find(PRODUCT, withdrawn)) ?? assert.fail()
  for (let at = 0; at < 500; at += 1) await rollouts.add({ ...over, id: `0-0-${at}` })

  const run = (...words: readonly string[]) =>
    commandLine.run(['rollout', 'stop', ...words, '--product', PRODUCT])
  const unclear = await run()
  assert.deepEqual([unclear.exitCode, unclear.json.error.code], [2, 'ROLLOUT_UNCLEAR'])
  assert.equal((await run('--all', running)).json.error.code, 'ROLLOUT_UNCLEAR')

  const idsOf = (rollouts: readonly { id: string }[]) => rollouts.map(({ id }) => id).toSorted()
  const { exitCode, json } = await run('--all')
  assert.equal(exitCode, 0)
  assert.deepEqual(idsOf(json.stopped), [running, scheduled, paused].toSorted())
  const states = Object.fromEntries(
    (await rollouts.ofProduct(PRODUCT)).map(({ id, state }) => [id, state]),
  )
  assert.deepEqual([states[ready], states[withdrawn]], ['ready', 'withdrawn'])
  for (const id of [running, scheduled, paused]) assert.equal(states[id], 'stopped')
  const { body: entries } = await server.call('GET', '/audit?action=rollout.stopped')
  assert.deepEqual(
    entries.map(({ subject }: { subject: string }) => subject).toSorted(),
    [running, scheduled, paused].map((id) => `rollout/${id}`).toSorted(),
  )
  assert.deepEqual((await run('--all')).json.stopped, [])
  assert.equal((await run(running)).json.state, 'stopped')
})
