/** Several servers at one outside broker and one database, of which some are killed. CRA P-079 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { presenceTopic, reportTopic } from '@fleetward/shared'
import { until } from '../support/broker-site.ts'
import { endings, PRODUCT } from '../support/edge-under-test.ts'
import { type Listener, ListeningSite } from '../support/listening-site.ts'
import { MOSQUITTO_PROGRAM } from '../support/mosquitto-program.ts'
import { NATS_PROGRAM } from '../support/nats-program.ts'

const REPORTS = 600

for (const program of [MOSQUITTO_PROGRAM, NATS_PROGRAM]) {
  const { kind } = program
  const options = { skip: !program.isInstalled && `${program.package} is not installed` }
  const ends = endings()
  let site: ListeningSite

  before(async () => {
    if (program.isInstalled) site = await ListeningSite.open(ends, program)
  })
  after(() => ends.endAll())

  test(
    `${kind}: a server that is killed among the reports of a fleet loses none of them`,
    options,
    async (t) => {
      const [first, second] = [await site.listen(t), await site.listen(t)]
      assert.deepEqual([first.role, second.role], ['leads', 'follows'])
      const device = await site.device(t)
      const reports = Array.from({ length: REPORTS }, (_, i) => `${kind} ${i}`)
      for (const [i, report] of reports.entries()) {
        if (i === REPORTS / 2) first.kill()
        await device.publishAsync(reportTopic(PRODUCT, 'lumen-1'), report, { qos: 1 })
      }
      // What only the one that is gone had been given waits until its hold has run out.
      second.jump(60)
      await until(() => covers([first, second], reports))
      if (kind === 'mosquitto') {
        assert.ok(second.reports.length < REPORTS, 'the reports were shared before')
        assert.ok(first.reports.length > 0)
      }
    },
  )

  test(
    `${kind}: what is said while no server listens waits for the next one`,
    options,
    async (t) => {
      const servers = [await site.listen(t), await site.listen(t)]
      for (const server of servers) await server.stop()
      // Somebody else has it read its rules: for a log file, or another server.
      if (kind === 'mosquitto') site.reloadRules()
      const device = await site.device(t)
      const reports = Array.from({ length: 100 }, (_, i) => `${kind}, nobody there, ${i}`)
      for (const report of reports) {
        await device.publishAsync(reportTopic(PRODUCT, 'lumen-1'), report, { qos: 1 })
      }
      const next = await site.listen(t)
      await until(() => covers([next], reports))
    },
  )

  test(
    `${kind}: who comes and goes is heard by the leader, and by the next one`,
    options,
    async (t) => {
      const [first, second] = [await site.listen(t), await site.listen(t)]
      const device = await site.device(t)
      const say = (text: string) =>
        device.publishAsync(presenceTopic(PRODUCT, 'lumen-1'), text, { qos: 1, retain: true })
      await say('online')
      await until(() => first.heard('lumen-1') === true)
      assert.equal(second.heard('lumen-1'), undefined)
      first.kill()
      await say('offline')
      await until(() => second.heard('lumen-1') === false)
    },
  )
}

function covers(listeners: readonly Listener[], reports: readonly string[]): boolean {
  const taken = new Set(listeners.flatMap((listener) => listener.reports))
  return reports.every((report) => taken.has(report))
}
