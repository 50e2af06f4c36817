/**
 * One of several servers that share an outside broker, as far as listening goes: says each report on its standard
 * output, which is as durable as it gets, and only then acknowledges it. Argument: where everything is, as JSON.
 * On its standard input it takes how many seconds its clock is to jump ahead.
 */
import { createInterface } from 'node:readline'
import { pino } from 'pino'
import { SqlBrokerStore } from '../../src/adapters/sql/broker/broker-store.ts'
import { SqlInboxStore } from '../../src/adapters/sql/broker/inbox-store.ts'
import { connectDatabase } from '../../src/adapters/sql/database.ts'
import { PostgresInstances } from '../../src/adapters/sql/postgres/postgres-instances.ts'
import { openOutsideBroker } from '../../src/broker/open-outside.ts'

const { place, settings, own } = JSON.parse(process.argv[2] ?? '')
let aheadMs = 0
const clock = { now: () => new Date(Date.now() + aheadMs) }
const log = pino({ level: 'info' }, pino.destination({ dest: 2, sync: true }))
const say = (line: object) => void process.stdout.write(`${JSON.stringify(line)}\n`)

const database = connectDatabase(place)
const instances = await PostgresInstances.open({ place, broker: 'outside', log })
const broker = await openOutsideBroker({
  ...{ settings, own, instances, clock, log, mayBeSeveral: true, fleetAuthorities: () => [] },
  store: new SqlBrokerStore(database),
  inboxesOf: (serverUser) => new SqlInboxStore(database, serverUser),
  everybodyOffline: async () => say({ everybody: 'offline' }),
  traffic: {
    report: async () => {},
    reportFromCrowd: async (_who, token) => say({ report: token }),
    connected: () => {},
    came: () => {},
    presence: ({ device }, online) => say({ device, online }),
    listening: ({ device }) => say({ device, online: true }),
    strayed: () => {},
    letIn: () => {},
  },
})
const ready = setInterval(() => {
  if (!broker.health().isReachable) return
  clearInterval(ready)
  say({ ready: instances.leads() ? 'leads' : 'follows' })
}, 20)

createInterface({ input: process.stdin }).on('line', (line) => {
  aheadMs += Number(line) * 1000
})
process.once('SIGTERM', async () => {
  await broker.stop()
  await instances.stop()
  await database.destroy()
  process.exit(0)
})
